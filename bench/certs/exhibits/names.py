"""Servers whose certificates are for other names, or for names that their CA must not issue for."""

from collections.abc import Iterator

from cryptography import x509

from bench.certs.exhibits.exhibit import HOST, Exhibit, Family
from caretaker.core.results import Severity


def names(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of names and addresses."""
    mismatch, wildcard = "hostname-mismatch", "bad-wildcard"
    yield family.simple("another name", mismatch, hosts=("www.other.example",))
    yield family.simple("another name, the right one as common name", mismatch, name=HOST, hosts=("other.example",))
    yield family.simple("a name below", mismatch, hosts=("www.shop.example",))
    yield family.simple("a name that ends alike", mismatch, hosts=("myshop.example",))
    yield family.simple("a full stop at the end of its name", mismatch, hosts=("shop.example.",))
    yield family.simple("a null byte in the name", mismatch, hosts=("shop.example\0.evil.example",))
    yield family.simple("another address", mismatch, "127.0.0.1", hosts=("10.0.0.1",))
    yield family.simple("another IPv6 address", mismatch, "::1", hosts=("::2",))
    text = ((x509.SubjectAlternativeName([x509.DNSName("127.0.0.1")]), False),)
    yield family.simple("an address as a name", mismatch, "127.0.0.1", hosts=None, more=text)
    yield family.simple("a wildcard one label too deep", mismatch, "a.b.shop.example", hosts=("*.shop.example",))
    yield family.simple("a wildcard for its own domain", mismatch, hosts=("*.shop.example",))
    yield family.simple("another IDN", mismatch, "bücher.example", hosts=("xn--bcher-kva.test",))

    yield family.simple("two wildcards", wildcard, "a.b.example", hosts=("*.*.example",))
    yield family.simple("part of a label", wildcard, hosts=("sh*.example",))
    yield family.simple("a wildcard in the middle", wildcard, "shop.eu.example", hosts=("shop.*.example",))
    yield family.simple("a top-level domain", wildcard, "shop.com", hosts=("*.com",))
    yield family.simple("a bare star", wildcard, "shop", hosts=("*",))
    yield family.simple("a bad wildcard beside the name", "", hosts=("sh*.example", HOST))

    yield family.simple("a common name only", "missing-san", hosts=None)
    yield family.simple("an address in the common name only", "missing-san", "127.0.0.1", name="127.0.0.1", hosts=None)


def constrained(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of name constraints."""
    for name, limits, host, is_bad in (
        ("other names permitted", {"permitted": ("other.example",)}, HOST, True),
        ("the name permitted", {"permitted": (HOST,)}, HOST, False),
        ("its domain permitted", {"permitted": ("example",)}, HOST, False),
        ("names below the name permitted", {"permitted": (".shop.example",)}, HOST, True),
        ("the name excluded", {"excluded": (HOST,)}, HOST, True),
        ("its domain excluded", {"excluded": ("example",)}, HOST, True),
        ("another name excluded", {"excluded": ("other.example",)}, HOST, False),
        ("all addresses excluded, a name asked for", {"excluded": ("0.0.0.0/0", "::/0")}, HOST, False),
        ("another network permitted", {"permitted": ("10.0.0.0/8",)}, "127.0.0.1", True),
        ("the network permitted", {"permitted": ("127.0.0.0/8",)}, "127.0.0.1", False),
        ("the network excluded", {"excluded": ("127.0.0.0/8",)}, "127.0.0.1", True),
        ("an IPv6 network excluded", {"excluded": ("::/64",)}, "::1", True),
        ("another IPv6 network permitted", {"permitted": ("fd00::/8",)}, "::1", True),
    ):
        bound = family.authority("Bound Intermediate", **limits)
        leaf = family.leaf(bound, name=host, hosts=(host,))
        expected = "name-constraint" if is_bad else ""
        yield family.shown(f"constraint: {name}", leaf, bound, host=host, expected=expected)
    dotted = family.authority(
        "Bound Intermediate", permitted=(".example",)
    )  # against RFC 5280: only strict clients mind
    tolerated = {"bad-chain": Severity.LOW}
    yield family.shown("constraint: names below permitted", family.leaf(dotted), dotted, expected=tolerated)
    root = family.authority("Bound Root", None, permitted=("other.example",))
    middle = family.authority("Intermediate of a Bound Root", root)
    leaf = family.leaf(middle)
    yield family.shown("constraint: on the trusted root", leaf, middle, ca=root.pem, expected="name-constraint")
