"""A terminal of 80 columns that a command runs in: what is typed, and what stands on its screen in the end."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from caretaker.cli.main import main
from tests.forks import PROCESSES, ROOT, become

COLUMNS, _ROWS = 80, 24
_PATIENCE = 60.0  # seconds for what is waited for to be shown
_PARTS = re.compile(rb"\x1b\[(?P<value>\??\d*(?:;\d+)*)(?P<command>[A-Za-z])|(?P<text>[^\x1b\r\n]+)|(?P<line>[\r\n])")


class Terminal:
    """What is at work in a terminal, and all that it has shown."""

    def __init__(self, leader: int, process: ForkServerProcess) -> None:
        self._leader = leader
        self._process = process
        self.shown = b""

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._leader, keys.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C once the process waits for something: a moment before, Python would first wait on."""
        while Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(") ")[2][0] != "S":
            time.sleep(0.01)
        self.type("\x03")

    def wait_for(self, text: str) -> None:
        """Wait until a text was shown."""
        while text.encode() not in self.shown:
            assert self._read(), self.shown

    def end(self) -> int:
        """Wait for the end, and return the exit code."""
        while self._read():
            pass
        self._process.join(_PATIENCE)
        assert self._process.exitcode is not None, self.shown
        return self._process.exitcode

    def screen(self) -> list[str]:
        """Return the lines that stand there, without the spaces at their ends."""
        return [line.rstrip() for line in _drawn(self.shown)]

    def _read(self) -> bool:
        ready, _, _ = select.select([self._leader], [], [], _PATIENCE)
        assert ready, self.shown
        try:
            chunk = os.read(self._leader, 65_536)
        except OSError:  # the other end is closed
            return False
        self.shown += chunk
        return bool(chunk)


def nothing() -> None:
    """Do nothing first."""


@contextmanager
def terminal(
    arguments: Sequence[str], environment: Mapping[str, str], first: Callable[[], None] = nothing
) -> Iterator[Terminal]:
    """Run ``caretaker`` in a terminal of its own; whatever happens, it has ended in the end.

    ``first`` is what its process does before.
    """
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, COLUMNS, 0, 0))
    variables = {**environment, "TERM": "xterm-256color"}
    process = PROCESSES.Process(target=_sit_down, args=(DupFd(follower), list(arguments), variables, first))
    process.start()
    os.close(follower)
    try:
        yield Terminal(leader, process)
    finally:
        process.kill()
        process.join()
        os.close(leader)


def _sit_down(follower: Any, arguments: list[str], variables: dict[str, str], first: Callable[[], None]) -> None:
    screen = follower.detach()
    os.setsid()
    fcntl.ioctl(screen, termios.TIOCSCTTY, 0)  # so that Ctrl-C is a signal
    first()
    become(partial(main, arguments), variables, ROOT, [screen] * 3)


def _drawn(shown: bytes) -> list[str]:
    """Return the lines after all that was shown; one that is too long goes on in the next, as it does on a terminal."""
    lines, row, column = [""], 0, 0
    for part in _PARTS.finditer(shown):
        match part["line"], part["command"]:
            case (b"\r", _):
                column = 0
            case (b"\n", _):
                row += 1
            case (_, b"A"):
                row -= int(part["value"] or 1)
            case (_, b"K"):
                lines[row] = ""
            case (_, None):
                for letter in part["text"].decode("utf-8", "replace"):
                    if column == COLUMNS:
                        row, column = row + 1, 0
                    lines += [""] * (row + 1 - len(lines))
                    line = lines[row].ljust(column)
                    lines[row], column = line[:column] + letter + line[column + 1 :], column + 1
        lines += [""] * (row + 1 - len(lines))
    return lines
