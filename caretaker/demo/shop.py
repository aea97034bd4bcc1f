"""A small web application to watch: a page at ``/``, its condition at ``/health``, and ways to break it."""

import json
import ssl
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self

from caretaker.core.results import timestamp
from caretaker.demo.authority import Certificates
from caretaker.demo.loopback import LoopbackServer

_VERSION = "1.4.2"
# Fixed, so that a busy machine cannot change what the demo shows.
_SYSTEM = {"cpu_percent": 23.45, "memory_percent": 67.89, "disk_percent": 45.67}
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Corner Shop</title>
<style>body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem }</style>
<h1>Corner Shop</h1>
<p>Bread, milk and newspapers, open all night. <a href="/health">How are we doing?</a></p>
</html>
"""


class Shop:
    """A shop over HTTPS at a free port of 127.0.0.1, healthy and open once it is entered."""

    def __init__(self, certificates: Certificates) -> None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        tls.load_cert_chain(certificates.chain, certificates.key)
        self._database = "healthy"
        self._started = datetime.now(UTC)
        self._served = 0
        self._counting = threading.Lock()
        self._server = LoopbackServer(_handler(self), tls)

    @property
    def url(self) -> str:
        """The address of its page, without a slash at the end."""
        return f"https://localhost:{self._server.port}"

    @property
    def served(self) -> int:
        """How many requests it has answered."""
        return self._served

    def lose_database(self) -> None:
        """Answer with HTTP 200 still, but report an unhealthy database, as many a health page does."""
        self._database = "unhealthy"

    def go_dark(self) -> None:
        """Stop listening: every connection is refused."""
        self._server.stop()

    def recover(self) -> None:
        """Be healthy and open again."""
        self._database = "healthy"
        self._server.start()

    def health(self) -> dict[str, object]:
        """Return what ``/health`` answers now."""
        return {
            "status": self._database,
            "version": _VERSION,
            "environment": "demo",
            "timestamp": timestamp(datetime.now(UTC)),
            "services": {"database": self._database, "redis": "healthy"},
            "system": {**_SYSTEM, "uptime": int(self._started.timestamp())},
        }

    def answer(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        """Return the status, the content type and the body for a path."""
        with self._counting:
            self._served += 1
        match path.partition("?")[0]:
            case "/":
                return HTTPStatus.OK, "text/html; charset=utf-8", _PAGE.encode()
            case "/health":
                return HTTPStatus.OK, "application/json", json.dumps(self.health()).encode()
            case _:
                return HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such page.\n"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()


def _handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "CornerShop"

        def do_GET(self) -> None:
            status, content_type, body = shop.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing: the demo's output tells the story."""

    return Handler
