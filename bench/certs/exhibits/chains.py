"""Servers whose chains hold too much, come in disorder, or were never valid."""

from collections.abc import Iterator
from datetime import timedelta

from cryptography import x509

from bench.certs.exhibits.exhibit import Exhibit, Family
from caretaker.core.results import Severity
from tests.spoiled import broken

_UNNEEDED = {"unneeded-certificate": Severity.LOW}
_DISORDER = {"wrong-order": Severity.MEDIUM}


def disorder(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of order, and of what is sent for nothing."""
    root, middle, leaf = family.root, family.middle, family.leaf()
    upper = family.authority("Upper Intermediate")
    lower = family.authority("Lower Intermediate", upper)
    yield family.shown("wrong order", family.leaf(lower), upper, lower, expected=_DISORDER)
    yield family.shown("root before the intermediate", leaf, root, middle, expected=_DISORDER | _UNNEEDED)
    yield family.shown("root sent", leaf, middle, root, expected=_UNNEEDED)
    yield family.shown("own certificate twice", leaf, leaf, middle, expected=_UNNEEDED)
    yield family.shown("intermediate twice", leaf, middle, middle, expected=_UNNEEDED)
    yield family.shown("another CA's root sent", leaf, middle, family.stranger, expected=_UNNEEDED)
    yield family.shown("another CA's root between", leaf, family.stranger, middle, expected=_UNNEEDED)
    old = family.authority("Family Intermediate", end=family.at - timedelta(days=1))
    yield family.shown("the old intermediate beside the new", leaf, middle, old, expected=_UNNEEDED)
    yield family.shown("the old intermediate before the new", leaf, old, middle, expected=_UNNEEDED)


def crossed(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of roots that another root has signed."""
    leaf, middle = family.leaf(), family.middle
    ended = family.authority("Family Root", family.stranger, key=family.root.key, end=family.at - timedelta(days=1))
    cross = family.authority("Family Root", family.stranger, key=family.root.key)
    yield family.shown("expired cross-sign that nobody needs", leaf, middle, ended, expected=_UNNEEDED)
    yield family.shown("cross-sign that nobody needs", leaf, middle, cross, expected=_UNNEEDED)
    yield family.shown("cross-sign that is needed", leaf, middle, cross, ca=family.stranger.pem)
    yield family.shown(
        "expired cross-sign that is needed", leaf, middle, ended, ca=family.stranger.pem, expected="chain-expired"
    )
    both = family.root.pem + family.stranger.pem
    yield family.shown("cross-signed, both roots trusted", leaf, middle, cross, ca=both, expected=_UNNEEDED)
    yield family.shown("expired cross-sign, both roots trusted", leaf, middle, ended, ca=both, expected=_UNNEEDED)


def invalid(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of chains that RFC 5280 forbids."""
    code = "bad-chain"
    short = family.authority("Short Intermediate", path_length=0)
    lower = family.authority("Lower Intermediate", short)
    yield family.shown("path too long", family.leaf(lower), lower, short, expected=code)
    shallow = family.authority("Shallow Root", None, path_length=0)
    lower = family.authority("Lower Intermediate", shallow)
    yield family.shown("path too long for its root", family.leaf(lower), lower, ca=shallow.pem, expected=code)
    for name, changes in (
        ("intermediate is no CA", {"is_ca": False}),
        ("intermediate says nothing of being a CA", {"is_ca": None}),
        ("intermediate must not sign", {"usage": ("digital_signature", "crl_sign")}),
        ("intermediate with an unknown critical extension", {"more": (_unknown(critical=True),)}),
    ):
        middle = family.authority("False Intermediate", **changes)
        yield family.shown(name, family.leaf(middle), middle, expected=code)
    root = family.authority("False Root", None, is_ca=None, usage=None)
    yield family.shown("trusted root does not say that it is a CA", family.leaf(root), ca=root.pem, expected=code)
    yield family.shown("signature of the server's broken", broken(family.leaf()), family.middle, expected=code)
    yield family.shown("signature of the intermediate broken", family.leaf(), broken(family.middle), expected=code)
    yield family.shown("self-signed, the signature broken", broken(family.leaf(None)), expected=code)
    yield family.simple("an unknown critical extension", code, more=(_unknown(critical=True),))
    yield family.simple("an unknown extension", "", more=(_unknown(critical=False),))


def _unknown(*, critical: bool) -> tuple[x509.ExtensionType, bool]:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00"), critical
