"""Which addresses may be gone to where somebody else has chosen the URL: by a redirect, or by a certificate.

* It must never lead from a public address to one that is not, nor to a link-local one, nor to Lambda's Runtime API:
  whoever answers for a watched host must not steer the checker inside.
* It must never lead from another machine to the checker's own.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Literal

from caretaker.core.network.urls import Place

Realm = Literal["public", "private", "own machine"]


class Refused(Exception):
    """The place is not gone to; the message says why, and its "it" is whatever leads there."""


def check_addresses(came_from: str, to: Place, addresses: Iterable[str], runtime_api: str) -> None:
    """Raise ``Refused`` if one of the addresses of a place may not be reached from the address that named it.

    An empty ``came_from`` counts as a public one. ``runtime_api`` is the ``host:port`` of Lambda's Runtime API.
    """
    realm = realm_of(came_from)
    for address in addresses:
        reached = _plain(ip_address(address))
        if reached.is_link_local:
            raise Refused(f"it leads to the link-local address {address}")
        if _is_runtime(to, reached, runtime_api):
            raise Refused("it leads to the function's own runtime")
        if realm != "own machine" and _is_own_machine(reached):
            raise Refused(f"it leads to {address}, which is the checker's own machine")
        if realm == "public" and realm_of(address) != "public":
            came = f" {came_from}" if came_from else ""
            raise Refused(f"it leads from the public address{came} to {address}, which is private")


def realm_of(address: str) -> Realm:
    """Return from where an address counts as coming: all of one realm may lead to the same places.

    An empty one counts as public.
    """
    plain = _plain(ip_address(address)) if address else None
    if plain is None or (plain.is_global and not plain.is_multicast):
        return "public"
    return "own machine" if _is_own_machine(plain) else "private"


def _is_runtime(to: Place, reached: IPv4Address | IPv6Address, runtime_api: str) -> bool:
    host, _, port = runtime_api.rpartition(":")
    if str(to.port) != port:
        return False
    # Whatever the system takes for this machine leads there too: 0.0.0.0, or another address of the loopback.
    return host in (to.host, str(reached)) or _is_own_machine(reached)


def _is_own_machine(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback or address.is_unspecified


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
