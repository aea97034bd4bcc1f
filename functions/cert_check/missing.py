"""The certificates that a server should have sent, from the addresses that the others name.

They explain what is missing, and are believed in nothing else.
"""

from collections.abc import Callable, Iterator

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from functions.cert_check.case import Case
from functions.cert_check.certificate import Certificate, UnreadableCertificate, read
from functions.cert_check.fetching import Fetch, Unfetched
from functions.cert_check.unreadable import UNREADABLE

_MOST = 500_000  # bytes
_LARGEST = 20_000  # bytes of an issuer: they are remembered, and an item of the table has an end
_MOST_HOPS = 4
_MOST_ADDRESSES = 2  # that one certificate may send us to
_FORMS: tuple[Callable[[bytes], list[x509.Certificate]], ...] = (
    lambda data: [x509.load_der_x509_certificate(data)],
    pkcs7.load_der_pkcs7_certificates,
    x509.load_pem_x509_certificates,
    pkcs7.load_pem_pkcs7_certificates,
)


def missing_issuers(case: Case, fetch: Fetch) -> tuple[Certificate, ...]:
    """Return the issuers above the best path's end, as far as they can be had; nothing if that end is trusted."""
    found: list[Certificate] = []
    top = case.path.top
    while not _is_end(case, top) and len(found) < _MOST_HOPS:
        issuer = next(_issuers(top, fetch), None)
        if issuer is None or issuer in found:
            break
        found.append(issuer)
        top = issuer
    return tuple(found)


def _is_end(case: Case, top: Certificate) -> bool:
    trusted = case.trust.by_subject.get(top.issuer, ())
    return case.trust.holds(top) or top.is_self_signed or any(top.is_issued_by(root) for root in trusted)


def _issuers(certificate: Certificate, fetch: Fetch) -> Iterator[Certificate]:
    urls = [url for url in certificate.issuer_addresses if url.lower().startswith(("http://", "https://"))]
    for url in urls[:_MOST_ADDRESSES]:
        try:
            offered = _certificates(fetch(url, most=_MOST))
        except Unfetched:
            continue  # the finding names the address, whether it answers or not
        yield from (other for other in offered if len(other.der) <= _LARGEST and certificate.is_issued_by(other))


def _certificates(data: bytes) -> Iterator[Certificate]:
    for form in _FORMS:
        try:
            parsed = form(data)
        except UNREADABLE:
            continue
        for certificate in parsed:
            try:
                yield read(certificate.public_bytes(Encoding.DER))
            except UnreadableCertificate:
                continue
        return
