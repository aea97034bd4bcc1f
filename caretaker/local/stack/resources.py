"""What the local AWS does itself: functions, schedules, stream mappings and subscriptions.

moto's CloudFormation cannot do these, or would do them wrongly; here they are values, read from the
same template, which the other modules act on. Times are in seconds, memory in megabytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Properties = Mapping[str, Any]  # a resource's properties after resolving: JSON

DEFAULT_TIMEOUT = 3
DEFAULT_MEMORY = 128
DEFAULT_RETRIES = 2


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the stack.

    ``name`` is its folder's (``uptime``), ``physical_name`` what AWS knows it by. ``retries``,
    ``on_failure`` and ``dead_letters`` (ARNs, or empty) hold for asynchronous invocations;
    ``concurrency`` is how many may run at once, None without a limit.
    """

    name: str
    logical_id: str
    physical_name: str
    arn: str
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    concurrency: int | None
    retries: int
    on_failure: str
    dead_letters: str
    log_group: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of EventBridge Scheduler; ``input`` is the event as text, placeholders included."""

    logical_id: str
    expression: str
    timezone: str
    enabled: bool
    target: str
    input: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of EventBridge: ``targets`` (functions' ARNs) are started by each event that ``pattern`` lets through."""

    logical_id: str
    pattern: Mapping[str, Any]
    enabled: bool
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """A function that reads a table's stream. ``patterns`` is empty when it wants every record."""

    logical_id: str
    stream: str
    function: str
    enabled: bool
    batch_size: int
    patterns: tuple[Mapping[str, Any], ...]
    partial_responses: bool
    bisect: bool
    retries: int
    on_failure: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription to a topic."""

    topic: str
    protocol: str
    endpoint: str
