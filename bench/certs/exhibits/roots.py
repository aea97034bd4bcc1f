"""Servers whose chains lead nowhere, or to somebody whom nobody trusts."""

from collections.abc import Iterator

from bench.certs.exhibits.exhibit import Exhibit, Family


def roots(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of roots that are not trusted."""
    for name, changes in (
        ("self-signed", {}),
        ("self-signed, and a CA", {"is_ca": True, "usage": ("digital_signature", "key_cert_sign")}),
        ("self-signed, without extensions", {"is_ca": None, "usage": None, "extended_usage": (), "identifiers": False}),
        ("self-signed with RSA", {"key": "rsa2048"}),
    ):
        yield family.shown(name, family.leaf(None, **changes), expected="self-signed")

    root = family.stranger
    leaf, middle = family.leaf(root), family.authority("Stranger Intermediate", root)
    yield family.shown("untrusted root, sent", leaf, root, expected="untrusted-root")
    below = family.leaf(middle)
    yield family.shown("untrusted root and an intermediate, sent", below, middle, root, expected="untrusted-root")
    yield family.shown("untrusted root, not sent", below, middle, expected="untrusted-root")
    address = f"{family.files}/stranger.der"
    named = family.authority("Stranger Intermediate", root, issuer_address=address)
    leaf = family.leaf(named)
    files = {"stranger.der": root.der}
    yield family.shown("untrusted root, at an address", leaf, named, expected="untrusted-root", files=files)
    again = family.authority("Family Root", None, key="p384")
    leaf = family.leaf(again)
    yield family.shown("a namesake of a trusted root", leaf, again, expected="untrusted-root")


def incomplete(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of intermediates that are missing."""
    code = "incomplete-chain"
    yield family.shown("intermediate missing", family.leaf(), expected=code)
    address = f"{family.files}/middle.der"
    leaf = family.leaf(issuer_address=address)
    yield family.shown(
        "intermediate missing, at an address", leaf, expected=code, files={"middle.der": family.middle.der}
    )
    leaf = family.leaf(issuer_address=f"{family.files}/gone.der")
    yield family.shown("intermediate missing, at an address that fails", leaf, expected=code)
    yield family.shown("intermediate missing, the root sent", family.leaf(), family.root, expected=code)
    namesake = family.authority("Family Intermediate", key="p384")
    yield family.shown("a namesake of the intermediate", family.leaf(), namesake, expected=code)

    upper = family.authority("Upper Intermediate")
    lower = family.authority("Lower Intermediate", upper)
    yield family.shown("lower intermediate missing", family.leaf(lower), upper, expected=code)
    lower = family.authority("Lower Intermediate", upper, issuer_address=f"{family.files}/upper.der")
    leaf, files = family.leaf(lower), {"upper.der": upper.der}
    yield family.shown("upper intermediate missing, at an address", leaf, lower, expected=code, files=files)
    lower = family.authority("Lower Intermediate", upper, issuer_address=f"{family.files}/gone.der")
    leaf = family.leaf(lower)
    yield family.shown("upper intermediate missing, at an address that fails", leaf, lower, expected=code)
    leaf = family.leaf(family.stranger)
    yield family.shown("a leaf of an untrusted root alone", leaf, expected=code)
