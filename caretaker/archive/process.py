"""A program of PostgreSQL while it runs: what it writes comes as a stream, and its end is always waited for."""

import fcntl
import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO

from caretaker.archive.deadline import Deadline

_PIPE = 1 << 20  # bytes; as much as a pipe may hold without special rights
_CHUNK = 1 << 18  # bytes that are read at once: whoever works on them finds them in the processor's cache
_LONGEST_LINE = 1 << 14  # bytes; the rest of a longer one is heard as another line
_STUBBORN = 5.0  # seconds for the last words to arrive when the program has ended

Hear = Callable[[str], None]


class Process:
    """A running program; ``running`` starts one and sees to its end."""

    def __init__(self, popen: "subprocess.Popen[bytes]", listening: Thread, feeding: "_Feeding | None") -> None:
        assert popen.stdout is not None
        self._popen = popen
        self._output = popen.stdout.fileno()
        self._listening = listening
        self._feeding = feeding

    @property
    def pid(self) -> int:
        """The number of the process, which is that of its group too."""
        return self._popen.pid

    def chunks(self, deadline: Deadline, doing: str = "the database was being read") -> Iterator[bytes]:
        """Yield what the program writes until it closes its output, which says nothing yet about how it ended.

        Raises ``OutOfTime`` at the deadline; ``doing`` is what its message says.
        """
        waiting = select.poll()
        waiting.register(self._output, select.POLLIN)
        while True:
            if waiting.poll(deadline.left(doing) * 1000):
                chunk = os.read(self._output, _CHUNK)
                if not chunk:
                    return
                yield chunk

    def exit_code(self, deadline: Deadline) -> int:
        """Wait for the program's end and for its last words; return its code, -9 if signal 9 ended it.

        Raises ``OutOfTime`` at the deadline, and what went wrong with what the program was fed.
        """
        while True:
            with suppress(subprocess.TimeoutExpired):
                code = self._popen.wait(timeout=deadline.left("the program had closed its output and not ended"))
                self._listening.join(_STUBBORN)
                if self._feeding:
                    self._feeding.end(deadline)
                return code


@contextmanager
def running(
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    hear: Hear,
    feed: Iterable[bytes] | None = None,
) -> Iterator[Process]:
    """Run a program with this environment and nothing else; ``hear`` gets each line of its standard error.

    ``feed`` is what it can read from its standard input. However the block is left, the program and whatever it started
    have ended by then.
    """
    popen = subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL if feed is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,  # a group of its own, so that all of it can be ended
    )
    assert popen.stdout is not None
    assert popen.stderr is not None
    with suppress(OSError):  # where that is not allowed, the pipe is as small as ever
        fcntl.fcntl(popen.stdout, fcntl.F_SETPIPE_SZ, _PIPE)
    listening = Thread(target=_listen, args=(popen.stderr, hear), daemon=True)
    listening.start()
    feeding = None
    if feed is not None:
        assert popen.stdin is not None
        with suppress(OSError):
            fcntl.fcntl(popen.stdin, fcntl.F_SETPIPE_SZ, _PIPE)
        feeding = _Feeding(popen.stdin, feed)
        feeding.start()
    try:
        yield Process(popen, listening, feeding)
    finally:
        if popen.poll() is None:
            os.killpg(popen.pid, signal.SIGKILL)
            popen.wait()
        popen.stdout.close()
        listening.join(_STUBBORN)


class _Feeding(Thread):
    """Gives a program its input; what goes wrong with that is raised by ``end``, and ends the input."""

    def __init__(self, pipe: IO[bytes], feed: Iterable[bytes]) -> None:
        super().__init__(name="feeding", daemon=True)
        self._pipe = pipe
        self._feed = feed
        self._failure: BaseException | None = None

    def run(self) -> None:
        """Write until there is no more, or until the program reads no more."""
        try:
            for chunk in self._feed:
                rest = memoryview(chunk)
                while rest:
                    rest = rest[self._pipe.write(rest) :]
        except BrokenPipeError:  # the program has read enough, or has ended: its code says which
            pass
        except BaseException as failure:  # noqa: BLE001 - it is raised again where the program is waited for
            self._failure = failure
        finally:
            with suppress(OSError):
                self._pipe.close()

    def end(self, deadline: Deadline) -> None:
        """Wait for the end of the input, and raise what went wrong with it."""
        while self.is_alive():
            self.join(deadline.left("the input of a program that had ended was still being read"))
        if self._failure:
            raise self._failure


def _listen(errors: IO[bytes], hear: Hear) -> None:
    with errors, open(errors.fileno(), "rb", closefd=False) as lines:
        while line := lines.readline(_LONGEST_LINE):
            hear(line.decode("utf-8", "replace").rstrip("\n"))
