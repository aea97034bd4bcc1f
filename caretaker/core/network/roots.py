"""The certificates that are trusted: certifi's roots, and a target's own CA beside them."""

import atexit
import tempfile
from functools import cache
from pathlib import Path

import certifi


def bundle(own: str) -> str:
    """Return the path of a file with the public roots and this CA (PEM), the same path for the same CA.

    libcurl keeps the roots of one file parsed between connections, which it cannot for texts.
    """
    return _written(own) if own else certifi.where()


@cache
def _written(own: str) -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="caretaker-roots-", suffix=".pem", encoding="utf-8", delete=False
    ) as file:
        file.write(Path(certifi.where()).read_text("ascii") + "\n" + own)
    atexit.register(Path(file.name).unlink, missing_ok=True)
    return file.name
