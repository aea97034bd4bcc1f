"""A program of PostgreSQL while it runs: what it writes comes as a stream, and its end is always waited for."""

import fcntl
import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO

from functions.backup.deadline import Deadline

_CHUNK = 1 << 20  # bytes; as much as a pipe may hold without special rights
_LONGEST_LINE = 1 << 14  # bytes; the rest of a longer one is heard as another line
_STUBBORN = 5.0  # seconds for the last words to arrive when the program has ended

Hear = Callable[[str], None]


class Process:
    """A running program; ``running`` starts one and sees to its end."""

    def __init__(self, popen: "subprocess.Popen[bytes]", listening: Thread) -> None:
        assert popen.stdout is not None
        self._popen = popen
        self._output = popen.stdout.fileno()
        self._listening = listening

    @property
    def pid(self) -> int:
        """The number of the process, which is that of its group too."""
        return self._popen.pid

    def chunks(self, deadline: Deadline) -> Iterator[bytes]:
        """Yield what the program writes until it closes its output, which says nothing yet about how it ended.

        Raises ``OutOfTime`` at the deadline.
        """
        waiting = select.poll()
        waiting.register(self._output, select.POLLIN)
        while True:
            if waiting.poll(deadline.left("the database was being read") * 1000):
                chunk = os.read(self._output, _CHUNK)
                if not chunk:
                    return
                yield chunk

    def exit_code(self, deadline: Deadline) -> int:
        """Wait for the program's end and for its last words; return its code, -9 if signal 9 ended it.

        Raises ``OutOfTime`` at the deadline.
        """
        while True:
            with suppress(subprocess.TimeoutExpired):
                code = self._popen.wait(timeout=deadline.left("the program had closed its output and not ended"))
                self._listening.join(_STUBBORN)
                return code


@contextmanager
def running(command: Sequence[str | Path], environment: Mapping[str, str], hear: Hear) -> Iterator[Process]:
    """Run a program with this environment and nothing else; ``hear`` gets each line of its standard error.

    However the block is left, the program and whatever it started have ended by then.
    """
    popen = subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,  # a group of its own, so that all of it can be ended
    )
    assert popen.stdout is not None
    assert popen.stderr is not None
    with suppress(OSError):  # where that is not allowed, the pipe is as small as ever
        fcntl.fcntl(popen.stdout, fcntl.F_SETPIPE_SZ, _CHUNK)
    listening = Thread(target=_listen, args=(popen.stderr, hear), daemon=True)
    listening.start()
    try:
        yield Process(popen, listening)
    finally:
        if popen.poll() is None:
            os.killpg(popen.pid, signal.SIGKILL)
            popen.wait()
        popen.stdout.close()
        listening.join(_STUBBORN)


def _listen(errors: IO[bytes], hear: Hear) -> None:
    with errors, open(errors.fileno(), "rb", closefd=False) as lines:
        while line := lines.readline(_LONGEST_LINE):
            hear(line.decode("utf-8", "replace").rstrip("\n"))
