"""A folder for one run, and what a run that was killed has left behind: its folder, and a server in it."""

import fcntl
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

_PREFIX = "caretaker-drill-"
_LOCK = "lock"
_POLL = 0.05  # seconds


@contextmanager
def workspace(parent: Path, wait: Callable[[float], None]) -> Iterator[Path]:
    """Give an empty folder that nobody else can look into; afterwards it is gone, with everything in it."""
    remove_leftovers(parent, wait)
    folder = Path(mkdtemp(prefix=f".{_PREFIX}", dir=parent))  # 0700
    try:
        with (folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Only now is it found by whoever looks for what has been left, and by then it is held.
            folder = folder.rename(folder.with_name(folder.name.removeprefix(".")))
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(parent: Path, wait: Callable[[float], None]) -> None:
    """End the servers of runs that are over, and remove their folders: those whose lock nobody holds."""
    for folder in parent.glob(f"{_PREFIX}*"):
        if _is_held(folder):
            continue
        for data in folder.glob("*/data"):
            _end_server(data, wait)
        shutil.rmtree(folder, ignore_errors=True)


def _is_held(folder: Path) -> bool:
    try:
        with (folder / _LOCK).open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _end_server(data: Path, wait: Callable[[float], None]) -> None:
    """End the server of a folder of data, if the process of its number is one and of this folder."""
    with suppress(OSError, ValueError, IndexError):
        number = int((data / "postmaster.pid").read_text("utf-8").splitlines()[0])
        for kind, tries in ((signal.SIGQUIT, 100), (signal.SIGKILL, 20)):  # the first ends all that it has started
            for attempt in range(tries):
                if str(data).encode() not in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0"):
                    return
                if attempt == 0:
                    os.kill(number, kind)
                wait(_POLL)
