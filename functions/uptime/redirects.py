"""Where a redirect may lead, and with what; to which addresses, says ``caretaker.core.network.reach``.

* It must never lead from https to http, nor to another scheme.
* Configured headers, authentication and body must not be sent to another host, port or scheme.
"""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from caretaker.core.network.reach import Refused
from caretaker.core.network.urls import Place, UnusableUrl, place, shown

MOST = 10
STATUSES = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. ``headers`` are whole lines; ``place`` is where ``url`` leads."""

    url: str
    place: Place
    method: str
    headers: tuple[str, ...]
    body: str


def follow(request: Request, status: int, location: str) -> Request:
    """Return the request that a redirect asks for (RFC 9110, 15.4); raise ``Refused`` if it is unsafe."""
    try:
        url = _without_user(urljoin(request.url, location))
        to = place(url)
    except (UnusableUrl, ValueError) as error:
        raise Refused(f"it leads to {shown(location)}, which cannot be followed: {error}") from error
    if request.place.scheme == "https" and to.scheme == "http":
        raise Refused(f"it leads from https to {shown(url)}: what is sent there can be read on the way")
    same_place = to == request.place
    keep = status in _KEEP_METHOD or request.method in ("GET", "HEAD")
    return Request(
        url=url,
        place=to,
        method=request.method if keep else "GET",
        headers=request.headers if same_place else (),
        body=request.body if same_place and keep else "",
    )


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme.lower(), parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))
