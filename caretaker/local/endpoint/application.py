"""The WSGI application behind the one port: moto, and around it what moto does not do.

moto keeps its state in plain objects: requests of one service are carried out one after the other.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from caretaker.local.endpoint.faults import DROP, Fault, Faults, error_answer
from caretaker.local.endpoint.records import Records
from caretaker.local.endpoint.request import AwsRequest, Environ, read_request
from caretaker.local.endpoint.units import NONE, units
from caretaker.local.work import Work

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

CONTROL = "/_caretaker/"
DROPPED = "dropped, as a fault asked for"
_LOOPBACK = ("127.0.0.1", "localhost")
_REMEMBERED = 1000  # transactions' tokens
_SAME_STATE = {"dynamodbstreams": "dynamodb"}
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "ExecuteStatement")


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def succeeded(self) -> bool:
        """Whether the request was carried out."""
        return self.status < 400


class Answers(Protocol):
    """Answers requests that are not for moto."""

    def answer(self, request: AwsRequest, environ: Environ) -> Reply:
        """Return the reply."""


class Application:
    """Answers every request on the port."""

    def __init__(
        self,
        moto: "WSGIApplication",
        *,
        functions: Answers,
        control: Answers,
        records: Records,
        faults: Faults,
        work: Work,
        announce: Callable[[AwsRequest], object],
    ) -> None:
        self._moto = moto
        self._functions = functions
        self._control = control
        self._records = records
        self._faults = faults
        self._work = work
        self._announce = announce
        self._locks: dict[str, threading.Lock] = {}
        self._tokens: OrderedDict[str, tuple[bytes, Reply]] = OrderedDict()

    def __call__(self, environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
        reply = self._reply(environ)
        start_response(_status_line(reply.status), list(reply.headers))
        return [reply.body]

    def lock(self, service: str) -> threading.Lock:
        """Return the lock under which requests of a service are carried out."""
        return self._locks.setdefault(_SAME_STATE.get(service, service), threading.Lock())

    def forget(self) -> None:
        """Forget which transactions were carried out: their tables are gone."""
        with self.lock("dynamodb"):
            self._tokens.clear()

    def _reply(self, environ: Environ) -> Reply:
        if not _from_this_machine(environ):
            return json_reply(403, b'{"message": "the local AWS answers on loopback names only"}')
        request = read_request(environ)
        if request.path.startswith(CONTROL):
            return self._control.answer(request, environ)
        fault = None if request.internal else self._faults.take(request)
        reply = self._perform_with(fault, request, environ) if fault else self._perform(request, environ)
        self._records.add(request, reply.status, units(request, reply.body) if reply.succeeded else NONE)
        return reply

    def _perform_with(self, fault: Fault, request: AwsRequest, environ: Environ) -> Reply:
        time.sleep(fault.delay)  # the fault itself: a slow answer was asked for
        if not fault.error:
            return self._perform(request, environ)
        if fault.after:
            self._perform(request, environ)
        if fault.error == DROP:
            self._records.add(request, 0)
            _drop_connection(environ)
        status, content_type, body = error_answer(request, fault)
        return Reply(status, (("Content-Type", content_type), ("x-amzn-ErrorType", fault.error)), body)

    def _perform(self, request: AwsRequest, environ: Environ) -> Reply:
        if request.service == "lambda":
            return self._functions.answer(request, environ)
        if (request.service, request.action) == ("sqs", "ReceiveMessage"):
            # moto waits inside for messages: under the lock nobody could send one.
            return self._ask_moto(environ)
        with self.lock(request.service):
            reply = self._transact(request, environ) if _token(request) else self._ask_moto(environ)
        if reply.succeeded and request.service == "dynamodb" and request.action in _WRITES:
            self._work.wrote()
        if reply.succeeded and (request.service, request.action) == ("sns", "Publish"):
            self._records.add_published(request)
        if reply.succeeded and request.service == "s3":
            self._announce(request)
        return reply

    def _transact(self, request: AwsRequest, environ: Environ) -> Reply:
        """Carry a transaction out once, however often a client repeats it: DynamoDB keeps its token, moto does not."""
        token, digest = _token(request), hashlib.sha256(request.body).digest()
        if token in self._tokens:
            known, reply = self._tokens[token]
            return reply if known == digest else json_reply(400, b'{"__type": "IdempotentParameterMismatchException"}')
        reply = self._ask_moto(environ)
        if reply.succeeded:
            self._tokens[token] = digest, reply
            if len(self._tokens) > _REMEMBERED:
                self._tokens.popitem(last=False)
        return reply

    def _ask_moto(self, environ: Environ) -> Reply:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
            started.append((status, headers))
            return lambda data: None

        chunks: Any = self._moto(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        status, headers = started[-1]
        return Reply(int(status.split()[0]), tuple(headers), body)


def json_reply(status: int, body: bytes, *headers: tuple[str, str]) -> Reply:
    """Return a reply of JSON."""
    return Reply(status, (("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers), body)


def _token(request: AwsRequest) -> str:
    is_transaction = (request.service, request.action) == ("dynamodb", "TransactWriteItems")
    return str(request.parameters.get("ClientRequestToken", "")) if is_transaction else ""


def _from_this_machine(environ: Environ) -> bool:
    """Whether the request names this machine: a page in a browser that rebinds its own name does not."""
    host = environ.get("HTTP_HOST", "").rsplit(":", 1)[0]
    return host in _LOOPBACK or host.endswith(".localhost")


def _drop_connection(environ: Environ) -> None:
    import socket

    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError(DROPPED)


def _status_line(status: int) -> str:
    from http import HTTPStatus

    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"
