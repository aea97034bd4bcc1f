"""TLS in front of a PostgreSQL that has none: the published wheels' servers are built without it.

The gateway answers a client's request for TLS as a server does, shakes hands, and passes on what is inside.
"""

import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers import Server, serve

_TLS_WANTED = (80877103).to_bytes(
    4, "big"
)  # SSLRequest: https://www.postgresql.org/docs/18/protocol-message-formats.html


@contextmanager
def tls_gateway(port: int, tls: ssl.SSLContext) -> Iterator[Server]:
    """Serve PostgreSQL with TLS on a free port; a connection that does not ask for it is closed."""

    def gateway(connection: socket.socket, head: bytes) -> None:
        if connection.recv(8)[4:] != _TLS_WANTED:
            return
        connection.sendall(b"S")
        with (
            tls.wrap_socket(connection, server_side=True) as client,
            socket.create_connection(("127.0.0.1", port)) as server,
        ):
            client.settimeout(None)
            _pass_on(client, server)

    with serve(gateway, reads=False) as running:
        yield running


def _pass_on(client: ssl.SSLSocket, server: socket.socket) -> None:
    """Pass on what either side sends until one of them ends; one thread does both, as OpenSSL wants."""
    other = {client: server, server: client}
    while True:
        for source in [client] if client.pending() else select.select([client, server], [], [])[0]:
            chunk = source.recv(65536)
            if not chunk:
                return
            other[source].sendall(chunk)
