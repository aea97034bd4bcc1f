"""Servers whose CA has something to say about them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from bench.certs.exhibits.exhibit import OWN, Exhibit, Family
from caretaker.core.results import Severity
from tests.certificates import Issued

_DAY = timedelta(days=1)
_UNKNOWN = {"revocation-unknown": Severity.LOW}


def revoked(family: Family) -> Iterator[Exhibit]:
    """Yield the exhibits of revocation."""
    middle, root = family.middle, family.root

    def lists(name: str, issuer: Issued, *gone: Issued, ends: timedelta = 6 * _DAY) -> dict[str, bytes]:
        return {name: _list(issuer, *gone, made=family.at - 7 * _DAY, renewed=family.at + ends)}

    leaf, other = (family.leaf(crl_address=f"{family.files}/{name}.crl") for name in ("own", "other"))
    files = lists("own.crl", middle, leaf)
    yield family.shown("revoked", leaf, middle, files=files, over_network={"revoked": OWN})
    files = lists("other.crl", middle, leaf)
    yield family.shown("healthy, another one revoked", other, middle, files=files)
    revoked_ca = family.authority("Revoked Intermediate", crl_address=f"{family.files}/root.crl")
    leaf, files = family.leaf(revoked_ca), lists("root.crl", root, revoked_ca)
    yield family.shown("intermediate revoked", leaf, revoked_ca, files=files, over_network={"revoked": OWN})

    leaf = family.leaf(crl_address=f"{family.files}/gone.crl")
    yield family.shown("list not to be had", leaf, middle, over_network=_UNKNOWN)
    leaf = family.leaf(crl_address=f"{family.files}/old.crl")
    files = lists("old.crl", middle, leaf, ends=-_DAY)
    yield family.shown("list out of date", leaf, middle, files=files, over_network=_UNKNOWN)
    leaf = family.leaf(crl_address=f"{family.files}/false.crl")
    files = lists("false.crl", family.stranger, leaf)
    yield family.shown("list of another CA", leaf, middle, files=files, over_network=_UNKNOWN)


def _list(issuer: Issued, *revoked: Issued, made: datetime, renewed: datetime) -> bytes:
    builder = x509.CertificateRevocationListBuilder(issuer.certificate.subject, made, renewed)
    for one in revoked:
        entry = x509.RevokedCertificateBuilder(one.certificate.serial_number, made)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)
