"""The authorities that are trusted: certifi's roots, and an endpoint's own CA beside them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from functions.cert_check.certificate import Certificate, UnreadableCertificate, read


@dataclass(frozen=True, slots=True)
class Trust:
    """Trusted certificates: ``public`` are those that browsers trust too, ``own`` the endpoint's own."""

    public: tuple[Certificate, ...]
    own: tuple[Certificate, ...]
    by_subject: Mapping[bytes, Sequence[Certificate]]

    @property
    def all(self) -> tuple[Certificate, ...]:
        """All trusted certificates, the own ones first."""
        return (*self.own, *self.public)

    def holds(self, certificate: Certificate) -> bool:
        """Whether a certificate is trusted by itself."""
        return certificate in self.by_subject.get(certificate.subject, ())

    def is_public(self, certificate: Certificate) -> bool:
        """Whether a certificate is one that browsers trust, and not an endpoint's own."""
        return self.holds(certificate) and certificate not in self.own

    @classmethod
    def of(cls, public: Sequence[Certificate], own: Sequence[Certificate]) -> "Trust":
        """Return the trust in these certificates."""
        by_subject: dict[bytes, list[Certificate]] = defaultdict(list)
        for certificate in (*own, *public):
            by_subject[certificate.subject].append(certificate)
        return cls(tuple(public), tuple(own), by_subject)


@cache
def trust(ca: str) -> Trust:
    """Return the trust in the public roots, and in the certificates of a text (PEM) beside them."""
    return Trust.of(_public(), _certificates(ca) if ca else ())


@cache
def _public() -> tuple[Certificate, ...]:
    return _certificates(Path(certifi.where()).read_text("utf-8"))


def _certificates(pem: str) -> tuple[Certificate, ...]:
    found = []
    for parsed in x509.load_pem_x509_certificates(pem.encode()):
        try:
            found.append(read(parsed.public_bytes(Encoding.DER)))
        except UnreadableCertificate:
            continue  # a root that nobody can read is nobody's issuer
    return tuple(found)
