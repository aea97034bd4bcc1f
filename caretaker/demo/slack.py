"""A Slack of the demo's own: an incoming webhook on loopback that keeps what it is sent."""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, Self

from caretaker.demo.loopback import LoopbackServer

_PATH = "/services/T0DEMO/B0DEMO/KeepThisSecret"
_LARGEST = 1_000_000

Payload = dict[str, Any]  # a message as it was posted: its values are of any JSON type


class SlackEndpoint:
    """Takes what is posted to its webhook and answers ``ok``, as Slack does.

    Another path is answered by 404 ``no_service``, a body that is no message by 400 ``invalid_payload``.
    """

    def __init__(self) -> None:
        self._messages: list[Payload] = []
        self._keeping = threading.Lock()
        self._server = LoopbackServer(_handler(self))

    @property
    def webhook(self) -> str:
        """The URL to post messages to."""
        return f"http://127.0.0.1:{self._server.port}{_PATH}"

    @property
    def messages(self) -> tuple[Payload, ...]:
        """All messages so far, in the order in which they came."""
        with self._keeping:
            return tuple(self._messages)

    def receive(self, path: str, body: bytes) -> tuple[HTTPStatus, str]:
        """Keep a posted message; return the status and the text to answer with."""
        if path != _PATH:
            return HTTPStatus.NOT_FOUND, "no_service"
        try:
            message = json.loads(body)
        except ValueError:
            return HTTPStatus.BAD_REQUEST, "invalid_payload"
        if not isinstance(message, dict) or not message.keys() & {"text", "blocks", "attachments"}:
            return HTTPStatus.BAD_REQUEST, "invalid_payload"
        with self._keeping:
            self._messages.append(message)
        return HTTPStatus.OK, "ok"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()


def _handler(slack: SlackEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = min(int(self.headers.get("Content-Length") or 0), _LARGEST)
            status, text = slack.receive(self.path, self.rfile.read(size))
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing: the demo's output tells the story."""

    return Handler
