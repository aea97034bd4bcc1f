"""Keeps the function's own environment, which holds its credentials, from the processes of the same user."""

import ctypes
import sys

_SET_DUMPABLE = 4  # PR_SET_DUMPABLE: https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html


def hide_own_environment() -> None:
    """Let no other process of this user look into this one, as /proc would; on Linux alone there is such a thing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_DUMPABLE, 0, 0, 0, 0)
