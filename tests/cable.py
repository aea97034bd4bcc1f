"""A network between a client and a server on loopback, which a test can cut or let fall silent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Cable:
    """What goes through ``port``: after ``lasts`` bytes from the server it is ``cut``, or passes nothing on."""

    port: int = 0
    lasts: float = float("inf")
    cut: bool = True
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    ends: list[socket.socket] = field(default_factory=list)

    def passes(self, count: int) -> bool:
        """Whether so many more bytes go through; cut the cable if not, and if it is to be."""
        with self.lock:
            self.lasts -= count
            if self.lasts >= 0:
                return True
            if self.cut:
                self.end()
            return False

    def end(self) -> None:
        """End all connections; whoever waits for one of them is told."""
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cable(port: int) -> Iterator[Cable]:
    """Lay a cable to a port of loopback."""
    laid = Cable()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        laid.port = listening.getsockname()[1]

        def accept() -> None:
            while True:
                try:
                    client = listening.accept()[0]
                except OSError:
                    return
                if laid.lasts < 0:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", port))
                laid.ends += (client, server)
                for source, target, counts in ((client, server, False), (server, client, True)):
                    threading.Thread(target=_carry, args=(laid, source, target, counts), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield laid
        finally:
            laid.over.set()
            listening.shutdown(socket.SHUT_RDWR)
            laid.end()


def _carry(laid: Cable, source: socket.socket, target: socket.socket, counts: bool) -> None:
    with suppress(OSError):
        while chunk := source.recv(1 << 16):
            if not laid.passes(len(chunk) if counts else 0):
                if not laid.cut:
                    laid.over.wait()
                return
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
