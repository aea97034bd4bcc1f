"""Where a redirect may lead.

* It must never lead from a public address to one that is not, nor to a link-local one, nor to
  Lambda's Runtime API: whoever answers for a watched host must not steer the checker inside.
* It must never lead from another machine to the checker's own.
* It must never lead from https to http, nor to another scheme.
* Configured headers, authentication and body must not be sent to another host, port or scheme.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from functions.uptime.http_request import Request
from functions.uptime.urls import Place, UnusableUrl, place, shown

MOST = 10
STATUSES = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})


class Refused(Exception):
    """The redirect is not followed; the message says why."""


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


def check_addresses(came_from: str, to: Place, addresses: Iterable[str], runtime_api: str) -> None:
    """Raise ``Refused`` if the addresses that a redirect leads to may not be reached from where it came."""
    from_public = _is_public(ip_address(came_from)) if came_from else True
    for address in addresses:
        reached = ip_address(address)
        if _is_link_local(reached):
            raise Refused(f"it leads to the link-local address {address}")
        own_machine = _is_own_machine(reached)
        if runtime_api in (f"{address}:{to.port}", f"{to.host}:{to.port}"):
            raise Refused("it leads to the function's own runtime")
        if own_machine and runtime_api.endswith(f":{to.port}"):
            raise Refused("it leads to the function's own runtime")
        if own_machine and not (came_from and _is_own_machine(ip_address(came_from))):
            raise Refused(f"it leads to {address}, which is the checker's own machine")
        if from_public and not _is_public(reached):
            raise Refused(f"it leads from the public address {came_from} to {address}, which is private")


def _quoted(location: str) -> str:
    """Return a Location as browsers read it: what is neither ASCII nor printable is quoted byte by byte."""
    return quote(location, safe="".join(map(chr, range(0x21, 0x7F))), encoding="latin-1")


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme.lower(), parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    address = _plain(address)
    return address.is_global and not address.is_multicast


def _is_own_machine(address: IPv4Address | IPv6Address) -> bool:
    plain = _plain(address)
    return plain.is_loopback or plain.is_unspecified  # a connection to 0.0.0.0 reaches loopback


def _is_link_local(address: IPv4Address | IPv6Address) -> bool:
    return _plain(address).is_link_local


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    # An IPv4 address may hide in an IPv6 one: mapped, 6to4 or behind NAT64.
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address.sixtofour:
            return address.sixtofour
        if address.packed.startswith(bytes.fromhex("0064ff9b0000000000000000")):
            return IPv4Address(address.packed[-4:])
    return address
