"""What an HTTP target is asked."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

from caretaker.core.network.urls import Place, place
from caretaker.core.targets.http import HttpTarget

_CONTROL = re.compile(r"[\0-\x08\x0a-\x1f\x7f]")  # a line break would begin another header (RFC 9110, 5.5)


class UnusableHeader(ValueError):
    """A header cannot be sent; the message names it, and never holds its value."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. ``headers`` are whole lines; ``place`` is where ``url`` leads."""

    url: str
    place: Place
    method: str
    headers: tuple[str, ...]
    body: str


def first_request(target: HttpTarget) -> Request:
    """Return the request that a look begins with; raise ``UnusableUrl`` or ``UnusableHeader`` if there can be none."""
    return Request(target.url, place(target.url), target.method, tuple(_headers(target)), target.body)


def _headers(target: HttpTarget) -> Iterator[str]:
    for name, value in target.headers:
        yield _line(name, value)
    match target.auth:
        case ("basic", user, password):
            yield _line("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())
        case ("bearer", token):
            yield _line("Authorization", f"Bearer {token}")


def _line(name: str, value: str) -> str:
    if _CONTROL.search(value):
        raise UnusableHeader(f"the header {name} would hold a line break or another control character")
    return f"{name}: {value}" if value else f"{name};"
