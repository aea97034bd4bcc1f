"""Folders that take long to fill: filled once, and found there ever after."""

import fcntl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def once(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Return a folder, after filling it if it is not there.

    ``fill`` is given a place where there is no folder yet, and makes one. What it raises is passed on, and nothing is
    left behind. Of two processes at once one fills, the other waits.
    """
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.with_name(f"{folder.name}.lock")):
        if not folder.is_dir():
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unfinished-") as unfinished:
                filled = Path(unfinished) / "folder"
                fill(filled)
                filled.rename(folder)
    return folder


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
