"""The Runtime API: where a function's process fetches its invocations and leaves its answers.

One small server for each process, on loopback:
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import queue
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

_PREFIX = "/2018-06-01/runtime"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a function; ``event`` is JSON, ``timeout`` in seconds."""

    request: str
    event: bytes
    function_arn: str
    timeout: float


@dataclass(frozen=True, slots=True)
class Message:
    """What came from a process: it took an invocation, answered it, failed, or is no more."""

    kind: Literal["taken", "response", "error", "init-error", "exited", "memory"]
    request: str = ""
    body: bytes = b""


class RuntimeApi:
    """Serves one process; what it says arrives in ``messages``."""

    def __init__(self) -> None:
        self.messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(), bind_and_activate=True)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 60}, daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port, as AWS_LAMBDA_RUNTIME_API has them."""
        return f"127.0.0.1:{self._server.server_port}"

    def offer(self, invocation: Invocation) -> None:
        """Give the process this invocation when it asks for the next."""
        self._invocations.put(invocation)

    def close(self) -> None:
        """Stop serving; a process that still asks is let go."""
        self._invocations.put(None)
        self._server.socket.close()
        # shutdown() waits for the server's loop, which looks up once a minute only.
        threading.Thread(target=self._server.shutdown, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1  # one packet for an answer's head and body

            def do_GET(self) -> None:
                invocation = api._invocations.get() if self.path == f"{_PREFIX}/invocation/next" else None
                if invocation is None:
                    self._answer(410, {}, b"")
                    return
                deadline = int((time.time() + invocation.timeout) * 1000)
                headers = {
                    "Lambda-Runtime-Aws-Request-Id": invocation.request,
                    "Lambda-Runtime-Deadline-Ms": str(deadline),
                    "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
                    "Content-Type": "application/json",
                }
                api.messages.put(Message("taken", invocation.request))
                self._answer(200, headers, invocation.event)

            def do_POST(self) -> None:
                body = self._body()
                match self.path.removeprefix(_PREFIX).strip("/").split("/"):
                    case ["invocation", request, "response"]:
                        message = Message("response", request, body)
                    case ["invocation", request, "error"]:
                        message = Message("error", request, body)
                    case ["init", "error"]:
                        message = Message("init-error", "", body)
                    case _:
                        self._answer(404, {}, b"{}")
                        return
                self._answer(202, {"Content-Type": "application/json"}, b'{"status":"OK"}')
                api.messages.put(message)

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                    return self.rfile.read(int(self.headers.get("Content-Length", 0)))
                chunks = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    chunks.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(chunks)

            def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()

            def log_message(self, *_: object) -> None:
                """Say nothing: the function's own logs are what people want to read."""

        return Handler
