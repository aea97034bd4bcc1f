"""The compiled configuration: what a function reads of caretaker.yaml.

``caretaker.authoring`` checks the file that a person edits and compiles it to JSON, one section for
each function. This module only turns that JSON into values; it assumes that it is right.
Times are in seconds, sizes in bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.results import Severity

Json = Mapping[str, Any]  # what json.loads gives for an object: its values are of any JSON type


@dataclass(frozen=True, slots=True)
class Level:
    """A limit on the duration of a look, and how bad it is to exceed it."""

    over: float
    severity: Severity


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold for a value: ``kind`` says how ``value`` is compared.

    ``equals``, ``one_of``, ``matches`` and ``present`` make a target ``down``; ``min`` and ``max``
    make it ``degraded`` with this severity.
    """

    kind: Literal["equals", "one_of", "matches", "present", "min", "max"]
    value: Any  # any JSON value: what an answer is compared with is the user's choice
    severity: Severity


@dataclass(frozen=True, slots=True)
class JsonExpectation:
    """What must hold for the value at a JMESPath of the body."""

    path: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class HeaderExpectation:
    """What must hold for a response header: equal (ignoring parameters), or matching a pattern."""

    name: str
    equals: str | None
    matches: str | None


@dataclass(frozen=True, slots=True)
class HttpExpectations:
    """What a good answer looks like. ``status`` holds inclusive ranges."""

    status: tuple[tuple[int, int], ...]
    slow: tuple[Level, ...]
    contains: tuple[str, ...]
    not_contains: tuple[str, ...]
    matches: tuple[str, ...]
    headers: tuple[HeaderExpectation, ...]
    json: tuple[JsonExpectation, ...]

    @property
    def need_body(self) -> bool:
        """Whether judging an answer takes its body."""
        return bool(self.contains or self.not_contains or self.matches or self.json)


@dataclass(frozen=True, slots=True)
class Recheck:
    """How a bad first look is repeated inside its run: ``times`` looks spread ``over`` seconds."""

    times: int
    over: float


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """An HTTP or HTTPS endpoint to watch.

    ``auth`` is ``("basic", user, password)``, ``("bearer", token)`` or empty. ``ca`` is PEM text,
    empty for the public roots alone. ``ip`` says which addresses are asked for.
    """

    name: str
    url: str
    group: str
    severity: Severity
    method: str
    headers: tuple[tuple[str, str], ...]
    body: str
    auth: tuple[str, ...]
    follow_redirects: bool
    max_body: int
    ca: str
    verify_tls: bool
    ip: Literal["any", "4", "6"]
    timeout: float
    expect: HttpExpectations
    recheck: Recheck
    policy: Policy

    @property
    def check(self) -> str:
        """The name of the check."""
        return f"uptime/{self.name}"


Target = HttpTarget


@dataclass(frozen=True, slots=True)
class UptimeConfig:
    """What ``uptime`` looks at."""

    environment: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """Somewhere to send messages. ``address`` is a webhook URL, or a topic's logical name."""

    name: str
    kind: Literal["slack", "sns"]
    address: str


@dataclass(frozen=True, slots=True)
class AlertsConfig:
    """Whom ``notify`` tells. ``fallback`` names a channel, or is ``watchdog`` for the watchdog topic."""

    environment: str
    channels: tuple[Channel, ...]
    routes: Mapping[Severity, tuple[str, ...]]
    fallback: str

    def channel(self, name: str) -> Channel | None:
        """Return the channel of that name, or None if the configuration no longer has it."""
        return next((channel for channel in self.channels if channel.name == name), None)


def uptime_config(section: Json) -> UptimeConfig:
    """Return the configuration of ``uptime`` from its compiled section."""
    return UptimeConfig(section["environment"], tuple(_http_target(target) for target in section["targets"]))


def alerts_config(section: Json) -> AlertsConfig:
    """Return the configuration of ``notify`` from its compiled section."""
    return AlertsConfig(
        environment=section["environment"],
        channels=tuple(Channel(**channel) for channel in section["channels"]),
        routes={Severity(severity): tuple(names) for severity, names in section["routes"].items()},
        fallback=section["fallback"],
    )


def _http_target(target: Json) -> HttpTarget:
    return HttpTarget(
        name=target["name"],
        url=target["url"],
        group=target["group"],
        severity=Severity(target["severity"]),
        method=target["method"],
        headers=tuple((name, value) for name, value in target["headers"]),
        body=target["body"],
        auth=tuple(target["auth"]),
        follow_redirects=target["follow_redirects"],
        max_body=target["max_body"],
        ca=target["ca"],
        verify_tls=target["verify_tls"],
        ip=target["ip"],
        timeout=target["timeout"],
        expect=_http_expectations(target["expect"]),
        recheck=Recheck(**target["recheck"]),
        policy=_policy(target["policy"]),
    )


def _http_expectations(expect: Json) -> HttpExpectations:
    return HttpExpectations(
        status=tuple((low, high) for low, high in expect["status"]),
        slow=tuple(Level(level["over"], Severity(level["severity"])) for level in expect["slow"]),
        contains=tuple(expect["contains"]),
        not_contains=tuple(expect["not_contains"]),
        matches=tuple(expect["matches"]),
        headers=tuple(HeaderExpectation(**header) for header in expect["headers"]),
        json=tuple(JsonExpectation(rule["path"], _conditions(rule["conditions"])) for rule in expect["json"]),
    )


def _conditions(conditions: Sequence[Json]) -> tuple[Condition, ...]:
    return tuple(Condition(rule["kind"], rule["value"], Severity(rule["severity"])) for rule in conditions)


def _policy(policy: Json) -> Policy:
    return Policy(
        confirm=Confirm(*policy["confirm"]),
        confirm_limits=Confirm(*policy["confirm_limits"]),
        recover=policy["recover"],
    )
