"""What other processes are called, where any of them may end while one looks."""

import psutil


def program(process: psutil.Process) -> str:
    """Return the name of its program, a zombie's too; nothing if it is gone."""
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def words(process: psutil.Process) -> list[str]:
    """Return its command line; nothing if it is gone, a zombie, or another user's."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return []
