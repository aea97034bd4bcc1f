"""An S3 that is in trouble: moto's, behind a proxy that loses, delays, refuses or repeats what a test wants."""

import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

Call = Literal["create", "part", "complete", "abort", "list", "head", "other"]
Trouble = Literal["refused", "throttled", "damaged", "lost", "cut", "cut-after", "short", "slow"]
FOREVER = 1_000_000

_CALLS: tuple[tuple[Call, re.Pattern[str]], ...] = (
    ("create", re.compile(r"POST .*\?uploads")),
    ("part", re.compile(r"PUT .*partNumber=")),
    ("complete", re.compile(r"POST .*uploadId=")),
    ("abort", re.compile(r"DELETE .*uploadId=")),
    ("list", re.compile(r"GET .*\?(.*&)?uploads")),
    ("head", re.compile(r"HEAD ")),
)
_ERRORS = {
    "refused": (403, "AccessDenied"),
    "throttled": (503, "SlowDown"),
    "damaged": (400, "BadDigest"),
    "lost": (500, "InternalError"),
}


@dataclass
class TroubledS3:
    """What goes wrong: the first so many of each call, and how; ``calls`` holds those that came.

    Beside that, whatever they are, so many calls from a position (from 0) on.
    """

    endpoint: str = ""
    troubles: dict[Call, tuple[Trouble, int]] = field(default_factory=dict)
    position: int | None = None
    then: tuple[Trouble, int] = ("lost", 1)
    calls: list[Call] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def trouble(self, call: Call) -> Trouble | None:
        """Return what goes wrong with this call, and count it."""
        with self.lock:
            self.calls.append(call)
            if self.position is not None and 0 <= len(self.calls) - 1 - self.position < self.then[1]:
                return self.then[0]
            trouble, times = self.troubles.get(call, ("lost", 0))
            self.troubles[call] = (trouble, times - 1)
            return trouble if times > 0 else None


@contextmanager
def troubled_s3(moto_endpoint: str) -> Iterator[TroubledS3]:
    """Serve an S3 on loopback that passes on to moto what nothing goes wrong with."""
    behind = urlsplit(moto_endpoint).netloc
    s3 = TroubledS3()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            line = f"{self.command} {self.path}"
            call: Call = next((call for call, pattern in _CALLS if pattern.match(line)), "other")
            trouble = s3.trouble(call)
            if trouble == "slow":
                s3.over.wait(30)
            answer = self._pass_on(body) if trouble in (None, "lost", "cut-after", "short") else (0, [], b"")
            if trouble is None:
                self._answer(*answer)
            elif trouble == "short":
                self._answer(*answer, sent=len(answer[2]) // 2)
                self.close_connection = True
            elif trouble in _ERRORS:
                status, code = _ERRORS[trouble]
                text = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
                self._answer(status, [("Content-Length", str(len(text)))], text)
            else:
                self.close_connection = True

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815 - as http.server names them

        def _pass_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            connection = http.client.HTTPConnection(behind)
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            return answer.status, answer.getheaders(), content

        def _answer(
            self, status: int, headers: list[tuple[str, str]], content: bytes, *, sent: int | None = None
        ) -> None:
            self.send_response_only(status)
            kept = [(name, value) for name, value in headers if name.lower() not in ("connection", "transfer-encoding")]
            for name, value in kept:
                self.send_header(name, value)
            if not any(name.lower() == "content-length" for name, _ in kept):
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content[:sent])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    s3.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield s3
    finally:
        s3.over.set()
        server.shutdown()
        server.server_close()
