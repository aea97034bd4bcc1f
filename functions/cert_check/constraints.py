"""Which names a CA may issue certificates for (RFC 5280, 4.2.1.10): host names and addresses."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from cryptography import x509

from functions.cert_check.certificate import Certificate
from functions.cert_check.wording import printable

Address = IPv4Address | IPv6Address


def violation(issuer: Certificate, leaf: Certificate, names: Sequence[str]) -> str:
    """Return which name of a certificate its issuer must not issue, as the end of a sentence; empty if there is none.

    ``names`` are the host names that count first, so that the sentence speaks of them.
    """
    found = issuer.extension(x509.NameConstraints)
    if not found or not leaf.names:
        return ""
    for name in _names(leaf.names, names):
        shown = printable(str(name))
        excluded = next((limit for limit in found.value.excluded_subtrees or () if _covers(limit, name)), None)
        if excluded is not None:
            return f"must not issue for {shown}: its nameConstraints exclude {printable(str(excluded.value))}"
        permitted = [limit for limit in found.value.permitted_subtrees or () if _is_of_kind(limit, name)]
        if permitted and not any(_covers(limit, name) for limit in permitted):
            allowed = ", ".join(printable(str(limit.value)) for limit in permitted[:3])
            return f"must not issue for {shown}: its nameConstraints permit only {allowed}"
    return ""


def _names(names: x509.SubjectAlternativeName, first: Iterable[str]) -> Iterator[str | Address]:
    hosts = names.get_values_for_type(x509.DNSName)
    wanted = set(first)
    yield from sorted(hosts, key=lambda name: name not in wanted)
    for address in names.get_values_for_type(x509.IPAddress):
        if isinstance(address, IPv4Address | IPv6Address):
            yield address


def _is_of_kind(limit: x509.GeneralName, name: str | Address) -> bool:
    return isinstance(limit, x509.DNSName if isinstance(name, str) else x509.IPAddress)


def _covers(limit: x509.GeneralName, name: str | Address) -> bool:
    match limit, name:
        case x509.DNSName(value=domain), str():
            # A full stop in front, which RFC 5280 does not know, is taken for "names below" by those who accept it.
            own, above = name.lower(), domain.lower()
            return not above or own == above or own.endswith(above if above.startswith(".") else f".{above}")
        case x509.IPAddress(value=IPv4Network() | IPv6Network() as network), IPv4Address() | IPv6Address():
            return name in network
        case _:
            return False
