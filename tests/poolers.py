"""What stands in front of a PostgreSQL: a pooler that lends connections for a transaction, a balancer, a refusal."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from tests.servers import Server, serve

_ENCRYPTION = (80877103, 80877104)  # SSLRequest, GSSENCRequest: asked for before a session begins
_ANSWERED = (10, 11)  # authentication messages that the client answers: SASL, SASLContinue


@contextmanager
def transaction_pooler(port: int) -> Iterator[Server]:
    """Serve as pgbouncer does in transaction mode; each client brings a connection, and the last one free is lent."""
    free: list[socket.socket] = []
    opened: list[socket.socket] = []

    def pool(client: socket.socket, head: bytes) -> None:
        opened.append(_logged_in(client, port))
        free.append(opened[-1])
        lent = None
        while (message := _message(client)) and message[:1] != b"X":
            lent = lent or free.pop()
            lent.sendall(message)
            if _until_ready(lent, client) == b"I":
                free.append(lent)
                lent = None

    with serve(pool, reads=False) as running:
        yield running
    for connection in opened:  # a server that is to end would wait for each
        connection.close()


@contextmanager
def balancer(*ports: int) -> Iterator[Server]:
    """Serve each connection by the next of several servers."""
    next_port = cycle(ports)

    def balance(client: socket.socket, head: bytes) -> None:
        with _logged_in(client, next(next_port)) as server:
            while message := _message(client):
                server.sendall(message)
                _until_ready(server, client)

    with serve(balance, reads=False) as running:
        yield running


@contextmanager
def refusal(code: str, message: str) -> Iterator[Server]:
    """Refuse every session with this SQLSTATE and message."""
    fields = b"".join(
        b"%c%s\0" % field for field in ((b"S", b"FATAL"), (b"C", code.encode()), (b"M", message.encode()))
    )

    def refuse(client: socket.socket, head: bytes) -> None:
        _startup(client)
        client.sendall(b"E" + struct.pack(">I", len(fields) + 5) + fields + b"\0")
        client.recv(1)  # until libpq has read it and closed

    with serve(refuse, reads=False) as running:
        yield running


def _logged_in(client: socket.socket, port: int) -> socket.socket:
    """Let a client log in at the server, by a connection that then is returned."""
    server = socket.create_connection(("127.0.0.1", port))
    server.sendall(_startup(client))
    while True:
        message = _message(server)
        client.sendall(message)
        if message[:1] in (b"Z", b"E", b""):
            return server
        if message[:1] == b"R" and struct.unpack_from(">I", message, 5)[0] in _ANSWERED:
            server.sendall(_message(client))


def _startup(client: socket.socket) -> bytes:
    while True:
        head = _exactly(client, 8)
        length, kind = struct.unpack(">II", head)
        if kind not in _ENCRYPTION:
            return head + _exactly(client, length - 8)
        client.sendall(b"N")


def _until_ready(server: socket.socket, client: socket.socket) -> bytes:
    """Pass on what a server says until it is ready again; return the state of its transaction."""
    while message := _message(server):
        client.sendall(message)
        if message[:1] == b"Z":
            return message[5:6]
    return b""


def _message(connection: socket.socket) -> bytes:
    head = _exactly(connection, 5)
    return head + _exactly(connection, struct.unpack(">I", head[1:])[0] - 4) if head else b""


def _exactly(connection: socket.socket, number: int) -> bytes:
    data = b""
    while len(data) < number:
        chunk = connection.recv(number - len(data))
        if not chunk:
            return b""
        data += chunk
    return data
