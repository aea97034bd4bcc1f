"""Files of certificates: an authority of one's own, in PEM form."""

import ssl
from pathlib import Path

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.wording import quoted

LARGEST = 500_000  # bytes


def read_certificates(name: str, folder: Path) -> str:
    """Return the PEM text of a file named relative to a folder; raise ``Unfit`` if it holds no certificates."""
    try:
        with (folder / name).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror or "").lower() if isinstance(error, OSError) else "not a file's name"
        raise Unfit(
            f"the file {quoted(name)} cannot be read ({reason})",
            "Name a PEM file; the path starts at the folder of this file.",
        ) from None
    if b"PRIVATE KEY" in content:
        raise Unfit(f"the file {quoted(name)} holds a private key", "Only the certificate belongs here: copy it alone.")
    return _checked(name, content)


def _checked(name: str, content: bytes) -> str:
    try:
        if len(content) > LARGEST:
            raise ValueError
        text = content.decode("ascii")
        # A context takes certificates only if it can decode them all.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ValueError, ssl.SSLError):
        raise Unfit(f"the file {quoted(name)} is not PEM", "It begins with -----BEGIN CERTIFICATE-----.") from None
    return text
