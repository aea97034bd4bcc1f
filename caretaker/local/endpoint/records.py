"""What was asked of the local AWS: each call, and each message that was published."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from caretaker.local.endpoint.permissions import permission
from caretaker.local.endpoint.request import AwsRequest
from caretaker.local.endpoint.units import NONE, Units

_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an AWS API. ``action`` is what a role must allow; ``function`` is empty when the operator made it.

    ``reads`` and ``writes`` are the units that DynamoDB charges, ``sent`` the bytes of the request's body.
    """

    service: str
    action: str
    resources: tuple[str, ...]
    function: str
    status: int
    reads: float = 0.0
    writes: float = 0.0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """One message that a topic took. ``structure`` is ``json`` when it has a text for each protocol."""

    topic: str
    subject: str
    message: str
    structure: str
    attributes: Mapping[str, str]
    function: str


class Records:
    """Everything that was asked, oldest first; calls of the local AWS itself are not kept."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._published: deque[Published] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()

    def add(self, request: AwsRequest, status: int, charged: Units = NONE) -> None:
        """Keep a call that was answered with this HTTP status (0: not answered), and what it is charged for."""
        if request.internal:
            return
        call = Call(
            service=request.service,
            action=permission(request),
            resources=request.resources,
            function=request.function,
            status=status,
            reads=charged.reads,
            writes=charged.writes,
            sent=len(request.body),
        )
        with self._lock:
            self._calls.append(call)

    def add_published(self, request: AwsRequest) -> None:
        """Keep the message of a Publish that was carried out."""
        parameters = request.parameters
        published = Published(
            topic=str(parameters.get("TopicArn", "")),
            subject=str(parameters.get("Subject", "")),
            message=str(parameters.get("Message", "")),
            structure=str(parameters.get("MessageStructure", "")),
            attributes=_message_attributes(parameters),
            function=request.function,
        )
        with self._lock:
            self._published.append(published)

    def calls(self) -> list[Call]:
        """Return the calls."""
        with self._lock:
            return list(self._calls)

    def published(self) -> list[Published]:
        """Return the messages."""
        with self._lock:
            return list(self._published)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._calls.clear()
            self._published.clear()


def _message_attributes(parameters: Mapping[str, object]) -> dict[str, str]:
    attributes = {}
    number = 1
    while (name := parameters.get(f"MessageAttributes.entry.{number}.Name")) is not None:
        prefix = f"MessageAttributes.entry.{number}.Value"
        value = parameters.get(f"{prefix}.StringValue", parameters.get(f"{prefix}.BinaryValue", ""))
        attributes[str(name)] = str(value)
        number += 1
    return attributes
