"""URLs: their parts, and how they may be shown."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

_QUERY_VALUE = re.compile(r"=[^&;]*")
_FORBIDDEN = re.compile(r"[\0-\x20\x7f]")
_NAME = re.compile(r"[A-Za-z0-9._-]+")  # libcurl would read %2e as a dot, and ask for another name than we do
_PORTS = {"http": 80, "https": 443}
_REMEMBERED = 16_384  # URLs whose parts are kept: they are the same in every run


class UnusableUrl(ValueError):
    """The text is no URL that can be looked at; the message says why, and quotes nothing but a scheme."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads: ``host`` is in ASCII and without brackets; ``literal`` is the address, if it is one."""

    scheme: str
    host: str
    port: int
    literal: IPv4Address | IPv6Address | None


@lru_cache(_REMEMBERED)
def place(url: str) -> Place:
    """Return where a URL leads; raise ``UnusableUrl`` if it is not a usable http or https URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        raise UnusableUrl("its host or port is not understood") from None
    if _FORBIDDEN.search(url):
        raise UnusableUrl("it holds a space or a line break")
    if not host.isascii():
        raise UnusableUrl("its host is not written in ASCII (xn--…)")
    if parts.scheme not in _PORTS:
        raise UnusableUrl(f"its scheme is {parts.scheme[:20] or 'missing'}")
    if not host:
        raise UnusableUrl("it names no host")
    literal = _literal(host)
    if literal is None and not _NAME.fullmatch(host):
        raise UnusableUrl("its host holds letters that no name has")
    return Place(parts.scheme, host, _PORTS[parts.scheme] if port is None else port, literal)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


@lru_cache(_REMEMBERED)
def shown(url: str) -> str:
    """Return a URL as it may be shown: without user, password, fragment and the values of its query."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an unreadable URL"
    host = f"[{host}]" if ":" in host else host
    query = f"?{_QUERY_VALUE.sub('=***', parts.query)}" if "=" in parts.query else "?***" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{parts.path}{query}"
