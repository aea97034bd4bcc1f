"""A disk that is nearly full is not to be had: the command is told that this one is."""

import shutil


def fill_the_disk() -> None:
    """Let a tenth of a gigabyte be left, for this process."""
    shutil.disk_usage = lambda _: shutil._ntuple_diskusage(10**9, 9 * 10**8, 10**8)  # type: ignore[assignment]
