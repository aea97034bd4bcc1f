"""Faults for every call position: an AWS client whose nth call fails, before or after it was carried out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.hooks import HierarchicalEmitter


def every(step: int) -> pytest.MarkDecorator:
    """Give a test ``step``: so far apart are the positions that it tries; the slow ones try each."""
    return pytest.mark.parametrize("step", [step, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "each"])


class Killed(BaseException):
    """The process died here: nothing may catch this."""


@dataclass
class Faults:
    """Counts the calls of clients, and lets the one at ``position`` (from 0) fail with ``error``.

    With ``after`` the call is carried out and its answer lost; with ``lasting`` every call from there on fails.
    """

    position: int | None = None
    after: bool = False
    error: Callable[[], BaseException] = Killed
    calls: list[str] = field(default_factory=list)
    lasting: bool = False

    def move(self, position: int) -> None:
        """Begin to count again, for a fault at another position."""
        self.position = position
        self.calls.clear()

    def watch(self, client: Any) -> None:  # a boto3 client of any service
        """Count the calls of this client from now on."""
        events: HierarchicalEmitter = client.meta.events
        events.register("before-call.*.*", self._before)
        events.register("after-call.*.*", self._after)

    def _before(self, model: Any, **_: object) -> None:
        self.calls.append(model.name)
        if not self.after and self._is_hit():
            raise self.error()

    def _after(self, model: Any, **_: object) -> None:
        if self.after and self._is_hit():
            raise self.error()

    def _is_hit(self) -> bool:
        call = len(self.calls) - 1
        return self.position is not None and (call == self.position or (self.lasting and call > self.position))


def throttled() -> ClientError:
    """Return what DynamoDB says when throttling outlasted the client's retries."""
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "TransactWriteItems")


def unreachable() -> EndpointConnectionError:
    """Return what botocore says when there is no connection."""
    return EndpointConnectionError(endpoint_url="https://dynamodb.example")


# Gives a test ``error`` and ``after``: no connection, or a process that dies, before a call or after it.
lost_or_killed = pytest.mark.parametrize(
    ("error", "after"),
    [
        pytest.param(unreachable, False, id="unreachable before"),
        pytest.param(Killed, True, id="killed after"),
        pytest.param(unreachable, True, id="unreachable after", marks=pytest.mark.slow),
        pytest.param(Killed, False, id="killed before", marks=pytest.mark.slow),
    ],
)
