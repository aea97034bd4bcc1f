"""One look at an HTTP endpoint: the request that is being made, and what it took until now."""

from dataclasses import dataclass, field

from caretaker.core.network.failure import Failure
from caretaker.core.network.reach import Refused
from caretaker.core.network.resolver import Lookup
from caretaker.core.network.urls import shown
from caretaker.core.targets.http import HttpTarget
from functions.uptime import redirects
from functions.uptime.http_request import Request
from functions.uptime.transfer import Received, Timings


@dataclass(slots=True)
class Look:
    """A look under way: the request that is being made, and what it took until now.

    ``late`` is how much of ``total`` was only the wait for our own CPU; ``repeats`` is how many exchanges were lost to
    such a wait, and made again.
    """

    target: HttpTarget
    request: Request
    ca_file: str
    came_from: str = ""
    hops: int = 0
    begun: float | None = None
    dns: float = 0.0
    total: float = 0.0
    late: float = 0.0
    repeats: int = 0
    lookup: Lookup | None = None
    addresses: tuple[str, ...] = ()
    received: Received = field(default_factory=lambda: Received(0))
    timings: Timings | None = None
    status: int = 0


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


def cut_off(look: Look) -> Failure:
    """Return the failure of an answer whose headers have no end."""
    return Failure(
        "incomplete-body",
        f"{shown(look.request.url)} closed the connection inside its headers",
        "Look at the log of the server, and of a proxy before it: often a crash in the middle of an answer.",
        measured=f"{len(look.received.lines)} header lines",
        limit="a complete answer",
    )
