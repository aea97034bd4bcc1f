"""Files and folders that a restore needs for its time, named after its process: who is killed cannot remove them."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

_BEGINS = "caretaker-restore-"


def prefix() -> str:
    """Return what the names of this process's temporary files begin with."""
    return f"{_BEGINS}{os.getpid()}-"


def clear(room: Path) -> None:
    """Remove what processes that are no more have left in a folder."""
    for left in room.glob(f"{_BEGINS}*-*"):
        owner = left.name.removeprefix(_BEGINS).partition("-")[0]
        if not owner.isdecimal() or _runs(int(owner)):
            continue
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):  # another run removes it as well
                left.unlink()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is another user's
        return True
    return True
