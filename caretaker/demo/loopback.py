"""An HTTP server on loopback that can stop listening and listen again at the same port."""

import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_ADDRESS = "127.0.0.1"
_POLL_SECONDS = 0.05


class LoopbackServer:
    """Serves a kind of request handler at a free port of 127.0.0.1, over TLS if given a context.

    While it is stopped the port stays reserved: connections are refused, and no other program can
    take it over.
    """

    def __init__(self, handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> None:
        self._handler = handler
        self._tls = tls
        self._reserved = _bound(0)
        self.port: int = self._reserved.getsockname()[1]
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def listening(self) -> bool:
        """Whether connections are accepted."""
        return self._server is not None

    def start(self) -> None:
        """Listen and answer in threads of its own; does nothing if it does so already."""
        if self._server is not None:
            return
        self._server = _Server(self._reserved, self._handler, self._tls)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name=f"loopback-{self.port}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the listening socket, so that connections are refused; does nothing if it is closed."""
        if self._stop():
            self._reserved = _bound(self.port)

    def close(self) -> None:
        """Stop and give the port back."""
        self._stop()
        self._reserved.close()

    def _stop(self) -> bool:
        if self._server is None or self._thread is None:
            return False
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None
        return True


def _bound(port: int) -> socket.socket:
    # Bound but not listening: the port is ours, and the kernel refuses every connection to it.
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind((_ADDRESS, port))
    return reserved


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, bound: socket.socket, handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None) -> None:
        super().__init__((_ADDRESS, bound.getsockname()[1]), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = bound
        self.server_name, self.server_port = bound.getsockname()
        self._tls = tls
        self.server_activate()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer one connection; the TLS handshake happens here, in the connection's own thread."""
        request.settimeout(10)
        if self._tls is not None:
            request = self._tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)
        if self._tls is not None:
            request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up is its own business."""
