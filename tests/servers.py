"""Servers on loopback that behave as badly as a test wants."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import trustme

Behaviour = Callable[[socket.socket, bytes], None]


@dataclass
class Server:
    """A listening server: ``requests`` holds what each connection sent first."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", scheme: str = "http", host: str = "127.0.0.1") -> str:
        """Return an address of this server."""
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def serve(
    behaviour: Behaviour,
    tls: ssl.SSLContext | None = None,
    *,
    reads: bool = True,
    host: str = "127.0.0.1",
    port: int = 0,
) -> Iterator[Server]:
    """Serve on a free port unless one is given; ``behaviour`` gets each connection and the head of its request."""
    listener = socket.create_server((host, port), backlog=512)
    server = Server(listener.getsockname()[1])
    over = threading.Event()

    def one(connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(20)
                wrapped = tls.wrap_socket(connection, server_side=True) if tls else connection
                with wrapped:
                    head = _head(wrapped) if reads else b""
                    server.requests.append(head)
                    behaviour(wrapped, head)
        except OSError:
            return

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _head(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            break
        data += chunk
    return data


def reply(body: bytes = b"ok", status: str = "200 OK", *headers: str) -> Behaviour:
    """Return a behaviour that answers properly."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    answer = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return lambda connection, _: connection.sendall(answer)


def send(data: bytes) -> Behaviour:
    """Return a behaviour that sends these bytes and closes."""
    return lambda connection, _: connection.sendall(data)


def hang(connection: socket.socket, _: bytes) -> None:
    """Accept, and never answer."""
    connection.recv(1)


def send_and_hang(data: bytes) -> Behaviour:
    """Return a behaviour that sends these bytes and then falls silent."""

    def behave(connection: socket.socket, head: bytes) -> None:
        connection.sendall(data)
        hang(connection, head)

    return behave


def reset(connection: socket.socket, _: bytes) -> None:
    """Reset the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def endless(connection: socket.socket, _: bytes) -> None:
    """Answer with a body that does not end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def certificate(ca: trustme.CA, *names: str, **details: object) -> ssl.SSLContext:
    """Return what a TLS server needs to show a certificate of this CA."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*names, **details).configure_cert(context)  # type: ignore[arg-type] # passed on as they are
    return context


def pem(ca: trustme.CA) -> str:
    """Return the certificate of a CA as PEM text."""
    return ca.cert_pem.bytes().decode()
