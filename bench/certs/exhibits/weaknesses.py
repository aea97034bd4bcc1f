"""Servers whose keys, signatures or protocols can be broken."""

from collections.abc import Iterator

from bench.certs.exhibits.exhibit import OWN, Exhibit, Family
from caretaker.core.results import Severity

_KEY = {"weak-key": Severity.MEDIUM}
_SIGNATURE = {"weak-signature": Severity.MEDIUM}
_OLD = {"old-protocol": Severity.MEDIUM}


def keys(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of keys."""
    yield family.simple("RSA with 1024 bits", _KEY, key="rsa1024")
    yield family.simple("RSA with the exponent 3", _KEY, key="rsa2048-e3")
    leaf = family.leaf(key="p192")
    yield family.shown("P-192", leaf, family.middle, expected=_KEY, servable=False)
    weak = family.authority("Weak Intermediate", key="rsa1024")
    yield family.shown("intermediate with 1024 bits", family.leaf(weak), weak, expected=_KEY)
    root = family.authority("Weak Root", None, key="rsa1024")
    middle = family.authority("Intermediate of a Weak Root", root)
    yield family.shown("own root with 1024 bits", family.leaf(middle), middle, ca=root.pem, expected=_KEY)


def signatures(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of signatures."""
    signer = family.authority("RSA Intermediate", key="rsa2048")
    root = family.authority("RSA Root", None, key="rsa2048")
    for digest in ("sha1", "md5"):
        leaf = family.leaf(signer, signed_with=digest)
        yield family.shown(f"signed with {digest}", leaf, signer, expected=_SIGNATURE)
        middle = family.authority("Old Intermediate", root, signed_with=digest)
        leaf = family.leaf(middle)
        yield family.shown(f"intermediate signed with {digest}", leaf, middle, ca=root.pem, expected=_SIGNATURE)
        old = family.authority("Old Root", None, key="rsa2048", signed_with=digest)
        yield family.shown(f"root signed with {digest}", family.leaf(old), ca=old.pem)
    leaf = family.leaf(signed_with="sha1")
    yield family.shown("signed with sha1 and ECDSA", leaf, family.middle, expected=_SIGNATURE)


def protocols(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of protocols."""
    leaf = family.leaf()
    for name in ("TLSv1", "TLSv1.1"):
        yield family.shown(
            f"{name} only",
            leaf,
            family.middle,
            protocols=(name, name),
            expected={"no-modern-protocol": OWN},
            over_network=_OLD,
        )
        yield family.shown(f"{name} to 1.2", leaf, family.middle, protocols=(name, "TLSv1.2"), over_network=_OLD)
    yield family.shown("TLS 1.2 only", leaf, family.middle, protocols=("TLSv1.2", "TLSv1.2"))
    yield family.shown("TLS 1.3 only", leaf, family.middle, protocols=("TLSv1.3", "TLSv1.3"))
