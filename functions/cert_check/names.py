"""Whether a certificate is for a name: its subjectAltName alone says so (RFC 9525).

* A wildcard stands for exactly one whole label, the leftmost, and never for a whole top-level domain.
* An address is matched by an iPAddress entry only.
* The common name counts for nothing.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

import idna
from cryptography import x509

from functions.cert_check.wording import printable


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a name is among a certificate's. ``bad_wildcard`` is an entry meant for it that is not allowed."""

    fits: bool
    bad_wildcard: str = ""


def match(host: str, names: x509.SubjectAlternativeName) -> Match:
    """Return whether a certificate with these names is for a host name or an address."""
    address = as_address(host)
    if address is not None:
        return Match(address in names.get_values_for_type(x509.IPAddress))
    wanted = in_ascii(host)
    bad_wildcard = ""
    for entry in names.get_values_for_type(x509.DNSName):
        pattern = entry.lower()
        if pattern == wanted:
            return Match(fits=True)
        if "*" in pattern and _reaches(pattern, wanted):
            if _is_allowed(pattern):
                return Match(fits=True)
            bad_wildcard = entry
    return Match(fits=False, bad_wildcard=bad_wildcard)


def as_address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is, None if it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def in_ascii(host: str) -> str:
    """Return a name as certificates and DNS have it: in lower case, with A-labels (IDNA 2008, as browsers do)."""
    plain = host.rstrip(".").lower()
    if plain.isascii():
        return plain
    try:
        return idna.encode(plain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return plain


def listed(names: x509.SubjectAlternativeName, most: int = 4) -> str:
    """Return the first names of a certificate, for messages."""
    known = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    if not known:
        return "no host name"
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(printable(name) or "an empty name" for name in known[:most]) + more


def _is_allowed(pattern: str) -> bool:
    first, _, rest = pattern.partition(".")
    return first == "*" and "*" not in rest and "." in rest


def _reaches(pattern: str, wanted: str) -> bool:
    """Whether a wildcard, read as generously as people do who write one, stands for a name."""
    parts, labels = pattern.split("."), wanted.split(".")
    return len(parts) == len(labels) and all(_fits(part, label) for part, label in zip(parts, labels, strict=True))


def _fits(part: str, label: str) -> bool:
    before, star, after = part.partition("*")
    if not star:
        return part == label
    if "*" in after:
        return True
    return len(label) >= len(before) + len(after) and label.startswith(before) and label.endswith(after)
