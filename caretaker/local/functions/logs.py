"""What functions print: read from their pipes, kept by function, and by invocation."""

import json
import os
import select
import threading
from collections import deque
from typing import IO, Any

_KEPT = 20_000  # lines of each function
_TAIL = 4096  # bytes that Invoke gives back, as Lambda does

Line = dict[str, Any] | str  # a line of JSON, or any other


class LogBook:
    """The lines of all functions, oldest first."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[Line]] = {}
        self._lock = threading.Lock()

    def add(self, function: str, line: str) -> None:
        """Keep a line of a function."""
        with self._lock:
            self._lines.setdefault(function, deque(maxlen=_KEPT)).append(parse_line(line))

    def of(self, function: str) -> list[Line]:
        """Return the lines of a function."""
        with self._lock:
            return list(self._lines.get(function, ()))

    def clear(self) -> None:
        """Forget every line."""
        with self._lock:
            self._lines.clear()


class LogReader:
    """Reads what one process prints, as it comes, and collects what one invocation printed."""

    def __init__(self, pipe: IO[bytes], function: str, book: LogBook) -> None:
        self._pipe = pipe
        self._function = function
        self._book = book
        self._partial = b""
        self._lines: list[str] = []
        self._lock = threading.Lock()
        os.set_blocking(pipe.fileno(), False)
        threading.Thread(target=self._follow, daemon=True).start()

    def collect(self) -> list[str]:
        """Return the lines since the last call, everything included that was printed before this one."""
        with self._lock:
            self._read()
            if self._partial:
                self._keep(self._partial)
                self._partial = b""
            lines, self._lines = self._lines, []
            return lines

    def _follow(self) -> None:
        readable = select.poll()
        readable.register(self._pipe, select.POLLIN)
        while True:
            readable.poll()
            with self._lock:
                if not self._read():
                    self._pipe.close()
                    return

    def _read(self) -> bool:
        """Take what is in the pipe; tell whether more can come."""
        if self._pipe.closed:
            return False
        while True:
            try:
                data = os.read(self._pipe.fileno(), 65536)
            except BlockingIOError:
                return True
            if not data:
                return False
            *lines, self._partial = (self._partial + data).split(b"\n")
            for line in lines:
                self._keep(line)

    def _keep(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace")
        self._lines.append(text)
        self._book.add(self._function, text)


def parse_line(line: str) -> Line:
    """Return the JSON object that the line is, or the line."""
    if line.startswith("{"):
        try:
            value = json.loads(line)
        except ValueError:
            return line
        if isinstance(value, dict):
            return value
    return line


def tail(text: str) -> bytes:
    """Return the end of the logs, as much as Lambda gives back."""
    return text.encode()[-_TAIL:]
