"""The bytes of a dump on their way to pg_restore: over a file, or held back until they are known to be right."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from caretaker.archive.behind import Behind
from caretaker.archive.restoring.temporary import clear, prefix

_FILE = "database.dump"


class NoRoom(Exception):
    """The dump could not be written to a file here; the message says why, and what to do."""


@contextmanager
def arrived(chunks: Iterable[bytes], room: Path) -> Iterator[Path]:
    """Give the file that all chunks were written to, in a folder that nobody else can read; raise ``NoRoom``.

    The folder goes with the block. What runs that were killed have left is removed as well.
    """
    clear(room)
    with _told(room):
        folder = Path(tempfile.mkdtemp(prefix=prefix(), dir=room))
    try:
        with _told(room), (folder / _FILE).open("wb", buffering=0) as file:
            keep(chunks, file)
        yield folder / _FILE
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def held_back(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield each chunk once the next has come, so that the last one is only given when nothing speaks against it."""
    last = next(chunks, b"")
    for chunk in chunks:
        yield last
        last = chunk
    yield last


def keep(chunks: Iterable[bytes], file: IO[bytes]) -> None:
    """Write all chunks to an unbuffered file, each while the next one comes; raise ``OSError`` for a full disk."""

    def write(chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            rest = rest[file.write(rest) :]

    writing = Behind(write, "writing")
    try:
        for chunk in chunks:
            writing.give(chunk)
        writing.wait()
    finally:
        writing.end()  # only then may the file be closed


@contextmanager
def _told(room: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NoRoom(
            f"the dump could not be written to {room}: {error.strerror or error}. Nothing was changed. "
            "Name a disk with room: TMPDIR=/large caretaker restore …"
        ) from None
