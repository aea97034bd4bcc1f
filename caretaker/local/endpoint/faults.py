"""Faults that are injected: the next calls that fit one fail, are late or get no answer."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from caretaker.local.endpoint.request import AwsRequest

DROP = "drop"  # the connection is closed instead of an answer
_QUERY_SERVICES = ("sns", "cloudformation", "iam", "sts")
_SERVER_ERRORS = ("InternalServerError", "ServiceUnavailable", "InternalFailure", "InternalError")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with which calls.

    Empty ``service``, ``action`` and ``function`` fit every one. ``skip`` calls that fit are let
    through first, then ``times`` are hit (0: all). ``error`` is an AWS error code, ``drop`` to close
    the connection, or empty for ``delay`` (seconds) alone. With ``after`` the call is carried out,
    and only its answer replaced. ``details`` are further members of the error's body.
    """

    service: str = ""
    action: str = ""
    function: str = ""
    error: str = ""
    status: int = 0
    delay: float = 0
    after: bool = False
    times: int = 1
    skip: int = 0
    details: Mapping[str, Any] | None = None

    def fits(self, request: AwsRequest) -> bool:
        """Whether this call is one of those."""
        return (
            self.service in ("", request.service)
            and self.action in ("", request.action)
            and self.function in ("", request.function)
        )


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Inject a fault from now on."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Inject none of them any longer."""
        with self._lock:
            self._faults.clear()

    def take(self, request: AwsRequest) -> Fault | None:
        """Return the fault that hits this call, counted down."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if not fault.fits(request):
                    continue
                if fault.skip:
                    self._faults[index] = replace(fault, skip=fault.skip - 1)
                    continue
                if fault.times == 1:
                    del self._faults[index]
                elif fault.times:
                    self._faults[index] = replace(fault, times=fault.times - 1)
                return fault
        return None


def error_answer(request: AwsRequest, fault: Fault) -> tuple[int, str, bytes]:
    """Return status, content type and body of an error, as the request's service would word it."""
    status = fault.status or (500 if fault.error in _SERVER_ERRORS else 400)
    message = "injected by the local AWS"
    if request.service in _QUERY_SERVICES or request.service == "s3":
        error = f"<Error><Type>Sender</Type><Code>{escape(fault.error)}</Code><Message>{message}</Message></Error>"
        if request.service != "s3":
            error = f"<ErrorResponse>{error}<RequestId>local</RequestId></ErrorResponse>"
        return status, "text/xml", error.encode()
    answer = {"__type": fault.error, "message": message, "Message": message, **(fault.details or {})}
    return status, "application/x-amz-json-1.0", json.dumps(answer).encode()
