"""A line to a port: where it leads, its phases, and one deadline for all that is done over it."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from caretaker.core.network.failure import Failure

CONNECT_TIMEOUT = 5.0  # seconds, or the target's timeout if that is shorter


class Unreached(Exception):
    """The look has failed; ``failure`` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


@dataclass(slots=True)
class Line:
    """A connection: what it leads to, its phases in seconds, and the deadline in seconds of ``time.monotonic``."""

    host: str
    port: int
    timeout: float
    began: float = field(default_factory=time.monotonic)
    dns: float = 0.0
    connect: float = 0.0
    tls: float = 0.0
    address: str = ""
    connection: socket.socket | None = None

    @property
    def seconds(self) -> float:
        """The seconds since the look began."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """The seconds that are left; raise ``Unreached`` if there are none."""
        return self.left_for("did not answer")

    def left_for(self, what: str) -> float:
        """Return the seconds that are left; raise ``Unreached``, naming what did not happen, if there are none."""
        left = self.timeout - self.seconds
        if left <= 0:
            raise Unreached(self.timed_out(what))
        return left

    @property
    def endpoint(self) -> str:
        """Host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def peer(self) -> str:
        """Host, port and address, for messages."""
        known = f" ({self.address})" if self.address and self.address != self.host else ""
        return f"{self.endpoint}{known}"

    def send(self, data: bytes) -> None:
        """Send bytes."""
        assert self.connection is not None, "it is connected"
        self.connection.settimeout(self.left)
        with self._told("took nothing"):
            self.connection.sendall(data)

    def receive(self, most: int = 4096) -> bytes:
        """Return what has come in, empty if the other side has closed."""
        assert self.connection is not None, "it is connected"
        self.connection.settimeout(self.left)
        with self._told("did not answer"):
            return self.connection.recv(most)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            raise Unreached(self.timed_out(what)) from None
        except OSError as error:
            raise Unreached(self.broken_off(error)) from None

    def timed_out(self, what: str) -> Failure:
        """Return the failure of a peer that does nothing any more."""
        return Failure(
            "timeout",
            f"{self.peer} {what} within {self.timeout:g} s",
            "See whether the service hangs or is overloaded; restart it if it does not come back.",
            measured=f"{self.seconds:.1f} s",
            limit=f"{self.timeout:g} s",
        )

    def broken_off(self, error: OSError | None = None) -> Failure:
        """Return the failure of a peer that has ended the connection."""
        what = "closed the connection without an answer" if error is None else "reset the connection"
        return Failure(
            "connection-reset",
            f"{self.peer} {what}",
            "Look at the log of the service, and of a proxy before it: often a crash or a limit of connections.",
            measured=what,
            limit="an answer",
        )
