"""One look at an HTTP endpoint: the request that is being made, and what it took until now."""

import base64
from dataclasses import dataclass, field

from caretaker.core.network.failure import Failure
from caretaker.core.network.reach import Refused
from caretaker.core.network.resolver import Lookup
from caretaker.core.network.urls import place, shown
from caretaker.core.results import Measurement
from caretaker.core.targets.http import HttpTarget
from functions.uptime import redirects
from functions.uptime.redirects import Request
from functions.uptime.transfer import Received, Timings


@dataclass(slots=True)
class Look:
    """A look under way: the request that is being made, and what it took until now."""

    target: HttpTarget
    request: Request
    ca_file: str
    came_from: str = ""
    hops: int = 0
    begun: float | None = None
    dns: float = 0.0
    total: float = 0.0
    busy: float = 0.0
    lookup: Lookup | None = None
    addresses: tuple[str, ...] = ()
    received: Received = field(default_factory=lambda: Received(0))
    timings: Timings | None = None
    status: int = 0


def measurements(look: Look) -> dict[str, Measurement]:
    """Return the phases of a look, and what came of it."""
    measured: dict[str, Measurement] = {
        "seconds": round(look.dns + look.total, 4),
        "dns": round(look.dns, 4),
        "url": shown(look.target.url),
        "redirects": look.hops,
    }
    if look.timings:
        measured |= {
            "connect": round(look.timings.connect, 4),
            "tls": round(look.timings.tls, 4),
            "first_byte": round(look.timings.first_byte, 4),
            "address": look.timings.address,
            "http_version": look.timings.http_version,
            "body_bytes": look.received.body_bytes,
        }
    if look.status:
        measured["status_code"] = look.status
    return measured


def first_request(target: HttpTarget) -> Request:
    """Return the request that a look begins with."""
    headers = [f"{name}: {value}" if value else f"{name};" for name, value in target.headers]
    match target.auth:
        case ("basic", user, password):
            encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
            headers.append(f"Authorization: Basic {encoded}")
        case ("bearer", token):
            headers.append(f"Authorization: Bearer {token}")
    return Request(target.url, place(target.url), target.method, tuple(headers), target.body)


def refused(look: Look, refusal: Refused) -> Failure:
    """Return the failure of a redirect that is not safe to follow."""
    return Failure(
        "redirect-refused",
        f"redirect not followed: {refusal}",
        "Watch the URL that it should lead to, and see who has set this redirect.",
        measured=shown(look.request.url),
        limit="a redirect to a safe place",
    )


def too_many(look: Look) -> Failure:
    """Return the failure of redirects without an end."""
    return Failure(
        "too-many-redirects",
        f"still redirected after {redirects.MOST} redirects, last to {shown(look.request.url)}",
        "Follow them with curl -IL: usually two rules (http and https, with and without www) that undo each other.",
        measured=f"more than {redirects.MOST}",
        limit=str(redirects.MOST),
    )


def no_time_left(look: Look) -> Failure:
    """Return the failure of a look whose time went into names and redirects."""
    return Failure(
        "timeout",
        f"no time was left for {shown(look.request.url)} after {look.dns + look.total:.1f} s",
        "See what makes the redirects or the name servers slow.",
        measured=f"{look.dns + look.total:.1f} s",
        limit=f"{look.target.timeout:g} s",
    )
