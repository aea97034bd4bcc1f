"""The world that is watched: real sockets on loopback that fail as the trace says, and a clock that is played."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.alarms.trace import Trace

SLOW_LIMIT = 0.1  # seconds
TIMEOUT = 0.4  # seconds: what hangs costs little of the bench's own time
_GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
_ERROR = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Clock:
    """Simulated time: it runs with the real one, and jumps where somebody waits."""

    now: datetime
    _real: float = field(default_factory=time.monotonic)
    _jumped: float = 0.0

    def time(self) -> datetime:
        """Return the simulated time."""
        return self.now + timedelta(seconds=time.monotonic() - self._real)

    def set(self, now: datetime) -> None:
        """Go to a time."""
        self._jumped += max(0.0, (now - self.time()).total_seconds())
        self.now, self._real = now, time.monotonic()

    def wait(self, seconds: float) -> None:
        """Let simulated time pass."""
        self.set(self.time() + timedelta(seconds=seconds))

    def monotonic(self) -> float:
        """Return seconds that pass with the simulated time."""
        return time.monotonic() + self._jumped


@dataclass
class Delivered:
    """A message as the receiver took it."""

    at: datetime
    members: list[dict[str, Any]]


@dataclass
class World:
    """The servers: what is watched, by path, and the receiver of messages."""

    trace: Trace
    clock: Clock
    port: int = 0
    delivered: list[Delivered] = field(default_factory=list)

    @contextmanager
    def serving(self) -> Iterator["World"]:
        """Serve on a free port."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        try:
            yield self
        finally:
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(5)
                head = b""
                while b"\r\n\r\n" not in head:
                    head += connection.recv(65536) or b"\r\n\r\n"
                path = head.split(b" ", 2)[1].decode()
                if path == "/hook":
                    self._take(connection, head)
                else:
                    self._fail_or_answer(connection, path.strip("/"))
        except OSError:
            return

    def _fail_or_answer(self, connection: socket.socket, target: str) -> None:
        match self.trace.kind(target, self.clock.time()):
            case "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            case "stall":
                connection.recv(1)
            case "half":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")
            case "error":
                connection.sendall(_ERROR)
            case "slow":
                time.sleep(1.6 * SLOW_LIMIT)  # what is slow takes real time: the look measures it
                connection.sendall(_GOOD)
            case _:
                connection.sendall(_GOOD)

    def _take(self, connection: socket.socket, head: bytes) -> None:
        top, _, body = head.partition(b"\r\n\r\n")
        length = int(top.lower().partition(b"content-length:")[2].split()[0])
        while len(body) < length:
            body += connection.recv(65536)
        if any(fault.covers(self.clock.time()) for fault in self.trace.receiver):
            connection.sendall(_ERROR)
            return
        self.delivered.append(Delivered(self.clock.time(), json.loads(body)["members"]))
        connection.sendall(_GOOD)
