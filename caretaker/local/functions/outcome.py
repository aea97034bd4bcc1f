"""How an invocation ended."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one invocation.

    ``payload`` is JSON: the answer, or the error as Lambda words it when ``failed``. ``logs`` are the
    lines that it printed, ``report`` Lambda's closing line.
    """

    payload: bytes
    failed: bool
    logs: tuple[str, ...]
    report: str


def fault(kind: str, message: str) -> bytes:
    """Return an error in Lambda's words."""
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


def timed_out(request: str, seconds: float) -> bytes:
    """Return what Lambda says of a function that took too long."""
    return fault("Sandbox.Timedout", f"RequestId: {request} Error: Task timed out after {seconds:.2f} seconds")


def out_of_memory(request: str) -> bytes:
    """Return what Lambda says of a function that needed more memory than it has."""
    return fault("Runtime.OutOfMemory", f"RequestId: {request} Error: Runtime exited with error: signal: killed")


def exited(request: str, code: int) -> bytes:
    """Return what Lambda says of a function whose process ended; ``code`` as subprocess gives it."""
    if code == 0:
        reason = "Runtime exited without providing a reason"
    else:
        reason = f"Runtime exited with error: {f'signal: {-code}' if code < 0 else f'exit status {code}'}"
    return fault("Runtime.ExitError", f"RequestId: {request} Error: {reason}")
