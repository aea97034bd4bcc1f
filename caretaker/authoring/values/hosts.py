"""Hosts: names, addresses, and both with a port.

Sources: RFC 5891 (international names), RFC 1035 (lengths).
"""

import re
from ipaddress import IPv6Address, ip_address

import idna

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.wording import quoted

_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:\[\]]*):([0-9]{1,5})")


def host_and_port(text: str) -> str:
    """Return ``HOST:PORT`` with a normal host; raise ``Unfit`` if it is not that."""
    advice = "Write HOST:PORT, such as db.internal:5432 or [2001:db8::1]:5432."
    if "/" in text or "@" in text:
        raise Unfit("only a host and a port are needed, not an address", advice)
    found = _HOST_AND_PORT.fullmatch(text)
    if found is None:
        raise Unfit(f"{quoted(text)} is not a host and a port", advice)
    port = int(found[2])
    if not 1 <= port <= 65535:
        raise Unfit(f"{found[2]} is not a port", "Ports lie between 1 and 65535.")
    return f"{normal_host(found[1])}:{port}"


def bare_host(text: str) -> str:
    """Return a host without brackets, in lower case and ASCII; raise ``Unfit`` if it is none."""
    if "/" in text or "@" in text:
        raise Unfit("only a host is needed, not an address", "Write it alone, such as db.internal or 10.0.0.5.")
    if (found := _HOST_AND_PORT.fullmatch(text)) and ":" not in found[1].strip("[]"):
        raise Unfit("a host is needed, without a port", f"Write host: {found[1]} and port: {found[2]}.")
    return normal_host(f"[{text}]" if ":" in text else text).strip("[]")


def name_server(text: str) -> str:
    """Return ``ADDRESS:PORT`` of a name server, 53 if no port is given; raise ``Unfit`` if it is not an IP address."""
    advice = "Write the IP address of a name server, such as 1.1.1.1 or [2606:4700::1111]:53."
    found = _HOST_AND_PORT.fullmatch(text)
    address, port = (found[1].strip("[]"), int(found[2])) if found else (text.strip("[]"), 53)
    try:
        normal = str(ip_address(address))
    except ValueError:
        raise Unfit(f"{quoted(text)} is not the address of a name server", advice) from None
    if not 1 <= port <= 65535:
        raise Unfit(f"{port} is not a port", "Ports lie between 1 and 65535.")
    return f"[{normal}]:{port}" if ":" in normal else f"{normal}:{port}"


def normal_host(host: str) -> str:
    """Return a host's name in lower case and ASCII, or its address; raise ``Unfit`` if it is neither."""
    if not host:
        raise Unfit("the address has no host", "Write it as https://example.com/health.")
    if host.startswith("["):
        return _ipv6(host)
    if not host.isascii():
        return _international(host)
    labels = host.removesuffix(".").split(".")
    if labels[-1].isdigit() or re.fullmatch(r"0[xX][0-9a-fA-F]*", labels[-1]):
        return _ipv4(host)
    if len(host) > 253 or any(len(label) > 63 or not _LABEL.fullmatch(label) for label in labels):
        raise Unfit(f"{quoted(host)} is not the name of a host", "Check it for signs that do not belong there.")
    return host.lower()


def _ipv6(host: str) -> str:
    try:
        return f"[{IPv6Address(host[1:-1])}]"
    except ValueError:
        raise Unfit(f"{quoted(host)} is not an IPv6 address", "Write it as [2001:db8::1].") from None


def _ipv4(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        raise Unfit(f"{quoted(host)} is not an IPv4 address", "Write four numbers from 0 to 255.") from None


def _international(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise Unfit(f"{quoted(host)} is not the name of a host", "Check its letters.") from error
