"""Reading a configuration file's text, whatever is really behind its name."""

import re
from pathlib import Path

from caretaker.authoring.mistakes import ConfigurationError, Mistake

LARGEST = 1_000_000  # bytes: a file of thousands of targets is far smaller

_UNPRINTABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file; raise ``ConfigurationError`` if it is not one of at most ``LARGEST`` bytes."""
    content = _read(path)
    if len(content) > LARGEST:
        raise _refused(path, "the file is larger than 1 MB", "Is this the right file?")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(path, "the file is stored as UTF-16", "Store it as UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise _refused(path, "the file is not UTF-8 text", "Store it as UTF-8.", line, column) from None
    _refuse_unprintable(path, text)
    return text


def _read(path: Path) -> bytes:
    try:
        # One byte more than allowed tells a file that is too large without reading all of it.
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise _refused(path, "there is no such file", "Name another with --config FILE.") from None
    except IsADirectoryError:
        raise _refused(path, "this is a folder", f"Name the file: {path / 'caretaker.yaml'}.") from None
    except PermissionError:
        raise _refused(path, "the file may not be read", "Check who owns it and its permissions.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refused(path, f"the file cannot be read ({reason})", "Check its name.") from None


def _refuse_unprintable(path: Path, text: str) -> None:
    found = _UNPRINTABLE.search(text)
    if found is None:
        return
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    message = f"the file holds the control character U+{ord(found[0]):04X}"
    raise _refused(path, message, "It should be text only: is this the right file?", line, column)


def _refused(path: Path, message: str, suggestion: str, line: int = 0, column: int = 0) -> ConfigurationError:
    return ConfigurationError([Mistake(str(path), line, column, "", message, suggestion)])
