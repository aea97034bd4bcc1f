"""Cleans up after a server, however it ended: ``reaper.py FOLDER``.

The server names the process groups of its functions on this process's standard input, ``+ID`` and
``-ID``, one a line. When the input ends, because the server closed it or was killed, the groups that are left
are killed and the folder is deleted.
"""

import os
import shutil
import signal
import sys


def main(folder: str) -> None:
    """Wait for the end of the input, then clean up."""
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            continue
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
