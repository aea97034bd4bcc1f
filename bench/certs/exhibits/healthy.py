"""Servers that are as they should be, of every usual kind."""

from collections.abc import Iterator
from datetime import timedelta

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from bench.certs.exhibits.dates import too_long
from bench.certs.exhibits.exhibit import HOST, Exhibit, Family
from caretaker.core.results import Severity
from tests.certificates import first_version

_LOW_CHAIN = {"bad-chain": Severity.LOW}


def healthy(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits with nothing wrong."""
    for kind in ("p256", "p384", "rsa2048", "rsa4096"):
        root = family.authority(f"Root of {kind}", None, key=kind)
        middle = family.authority(f"Intermediate of {kind}", root, key=kind, path_length=0)
        yield family.shown(f"healthy {kind}", family.leaf(middle, key=kind), middle, ca=root.pem)
        yield family.simple(f"healthy mixed {kind}", key=kind)
    yield family.simple("healthy Ed25519", key="ed25519")
    yield family.shown("healthy without an intermediate", family.leaf(family.root))
    yield family.shown("healthy, the intermediate trusted", family.leaf(), family.middle, ca=family.middle.pem)
    own = family.leaf(None)
    yield family.shown("healthy, itself trusted", own, ca=own.pem)
    own = family.leaf(None, is_ca=True, usage=None, extended_usage=())
    yield family.shown("healthy, itself trusted and a CA", own, ca=own.pem)
    for days in (7, 45, 47, 90, 198):
        leaf = family.leaf_lasting(days, timedelta(days=days / 2))
        found = too_long(days, leaf.certificate.not_valid_before_utc)
        yield family.shown(f"healthy for {days} days", leaf, family.middle, expected=found)
    middle = family.authority("Server Intermediate", extended_usage=(ExtendedKeyUsageOID.SERVER_AUTH,))
    yield family.shown("healthy, the intermediate for servers only", family.leaf(middle), middle)
    upper = family.authority("Upper Intermediate")
    lower = family.authority("Lower Intermediate", upper)
    yield family.shown("healthy with two intermediates", family.leaf(lower), lower, upper)


def healthy_names(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits whose names are special, and right."""
    yield family.simple("healthy wildcard", "", "www.shop.example", hosts=("*.shop.example",))
    yield family.simple("healthy wildcard and apex", hosts=("*.shop.example", HOST))
    yield family.simple("healthy IPv4", "", "127.0.0.1", hosts=("127.0.0.1",))
    yield family.simple("healthy IPv6", "", "::1", hosts=("::1",))
    yield family.simple("healthy IDN", "", "bücher.example", hosts=("xn--bcher-kva.example",))
    yield family.simple(
        "healthy IDN, asked for in ASCII", "", "xn--bcher-kva.example", hosts=("xn--bcher-kva.example",)
    )
    yield family.simple("healthy, capitals", "", "Shop.Example", hosts=("SHOP.example",))
    yield family.simple("healthy, a full stop at the end", "", "shop.example.")
    yield family.simple("healthy, an underscore", "", "my_shop.example", hosts=("my_shop.example",))
    yield family.simple("healthy, 500 names", hosts=(*(f"a{number}.example" for number in range(500)), HOST))
    yield family.simple("healthy without a common name", name="")
    yield _of_trustme()


def healthy_old(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of private CAs as they were made for years: they work, and only strict clients complain."""
    old = family.authority("Old Root", None, usage=None, identifiers=False)
    leaf = family.leaf(old, identifiers=False)
    yield family.shown("healthy old CA without usage", leaf, ca=old.pem, expected=_LOW_CHAIN)
    first = first_version(family.authority("First Version Root", None, is_ca=None, usage=None, identifiers=False))
    leaf = family.leaf(first, identifiers=False)
    yield family.shown("healthy CA of the first version", leaf, ca=first.pem, expected=_LOW_CHAIN)


def _of_trustme() -> Exhibit:
    """Return what the trustme library issues: from 2000 on, when there was no limit, until the year 3000."""
    authority = trustme.CA()
    leaf = authority.issue_cert(HOST)
    chain = tuple(_der(blob.bytes()) for blob in leaf.cert_chain_pems)
    return Exhibit("trustme's", chain, leaf.private_key_pem.bytes().decode(), authority.cert_pem.bytes().decode(), {})


def _der(pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
