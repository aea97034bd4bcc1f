"""Where a redirect may lead, and with what; to which addresses, says ``caretaker.core.network.reach``.

* It must never lead from https to http, nor to another scheme.
* Configured headers, authentication and body must not be sent to another host, port or scheme.
"""

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from caretaker.core.network.reach import Refused
from caretaker.core.network.urls import UnusableUrl, place, shown
from functions.uptime.http_request import Request

MOST = 10
STATUSES = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})


def follow(request: Request, status: int, location: str) -> Request:
    """Return the request that a redirect asks for (RFC 9110, 15.4); raise ``Refused`` if it is unsafe."""
    try:
        url = _without_user(urljoin(request.url, _quoted(location)))
        to = place(url)
    except UnusableUrl as unusable:
        raise Refused(f"it leads to {shown(location)}, which cannot be followed: {unusable}") from None
    except ValueError:
        raise Refused(f"it leads to {shown(location)}, which cannot be followed: it is not understood") from None
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


def _quoted(location: str) -> str:
    """Return a Location as browsers read it: what is neither ASCII nor printable is quoted byte by byte."""
    return quote(location, safe="".join(map(chr, range(0x21, 0x7F))), encoding="latin-1")


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme.lower(), parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))
