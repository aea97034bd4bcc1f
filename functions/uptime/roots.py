"""The certificates that are trusted: certifi's roots, and a target's own CA beside them."""

import hashlib
import tempfile
from pathlib import Path

import certifi


def bundle(own: str) -> str:
    """Return the path of a file with the public roots and this CA (PEM), the same path for the same CA.

    libcurl keeps the roots of one file parsed between connections, which it cannot for texts.
    """
    if not own:
        return certifi.where()
    digest = hashlib.sha256(own.encode() + certifi.where().encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"caretaker-roots-{digest}.pem"
    content = Path(certifi.where()).read_text("ascii") + "\n" + own
    if not path.is_file() or path.read_text("ascii", "replace") != content:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as unfinished:
            unfinished.write(content)
        Path(unfinished.name).replace(path)
    return str(path)
