"""HTTP and HTTPS endpoints."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from caretaker.core.network.addresses import password
from caretaker.core.targets.base import Level, Target, levels
from caretaker.core.targets.conditions import Condition, conditions

Json = Mapping[str, Any]  # what json.loads gives for an object: its values are of any JSON type


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTarget(Target):
    """An HTTP or HTTPS endpoint to watch.

    ``auth`` is ``("basic", user, password)``, ``("bearer", token)`` or empty. ``ca`` is PEM text,
    empty for the public roots alone. ``ip`` says which addresses are asked for, ``addresses`` how many of
    them are looked at. ``address`` is the one that this is about, empty for any.
    """

    url: str
    method: str
    headers: tuple[tuple[str, str], ...]
    body: str
    auth: tuple[str, ...]
    follow_redirects: bool
    max_body: int
    ca: str
    verify_tls: bool
    ip: Literal["any", "4", "6"]
    expect: HttpExpectations
    addresses: Literal["first", "all"] = "first"
    address: str = ""

    def secrets(self) -> Iterator[str]:
        """Yield its credentials, and the password in its URL."""
        yield from self.auth[-1:]
        yield from password(self.url)


def http_fields(target: Json) -> dict[str, Any]:  # the values of an HttpTarget's fields have many types
    """Return what the compiled form of an HTTP target holds beside what every target has."""
    return {
        "url": target["url"],
        "method": target["method"],
        "headers": tuple((name, value) for name, value in target["headers"]),
        "body": target["body"],
        "auth": tuple(target["auth"]),
        "follow_redirects": target["follow_redirects"],
        "max_body": target["max_body"],
        "ca": target["ca"],
        "verify_tls": target["verify_tls"],
        "ip": target["ip"],
        "addresses": target["addresses"],
        "expect": _expectations(target["expect"]),
    }


def _expectations(expect: Json) -> HttpExpectations:
    return HttpExpectations(
        status=tuple((low, high) for low, high in expect["status"]),
        slow=levels(expect["slow"]),
        contains=tuple(expect["contains"]),
        not_contains=tuple(expect["not_contains"]),
        matches=tuple(expect["matches"]),
        headers=tuple(HeaderExpectation(**header) for header in expect["headers"]),
        json=tuple(JsonExpectation(rule["path"], conditions(rule["conditions"])) for rule in expect["json"]),
    )
