"""Lists of revoked certificates (RFC 5280, 5 and 6.3).

* A list that is not signed by the certificate's own issuer, or does not speak for this certificate, must say nothing.
* A list that covers only some reasons may say that a certificate is revoked, but not that it is good.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from functions.cert_check.attributes import comparable
from functions.cert_check.certificate import Certificate
from functions.cert_check.revocation.verdict import Unusable, Verdict, holds_until
from functions.cert_check.unreadable import UNREADABLE

# Measured: to judge a list takes three times its size at its peak, and the function has 256 MB.
MOST = 20_000_000


@dataclass(frozen=True, slots=True)
class Point:
    """Where a list is. ``names`` are all that the certificate gives to the same list.

    ``some_reasons`` says that the list is for some reasons only, ``indirect`` that somebody else signs it.
    """

    url: str
    names: frozenset[x509.GeneralName]
    some_reasons: bool
    indirect: bool


def points(certificate: Certificate) -> Iterator[Point]:
    """Yield where the lists of a certificate's issuer are; ``url`` may be of any scheme."""
    found = certificate.extension(x509.CRLDistributionPoints)
    for point in found.value if found else ():
        names = frozenset(point.full_name or ())
        indirect = any(
            not isinstance(name, x509.DirectoryName) or comparable(name.value) != certificate.issuer
            for name in point.crl_issuer or ()
        )
        for name in point.full_name or ():
            if isinstance(name, x509.UniformResourceIdentifier):
                yield Point(name.value, names, point.reasons is not None, indirect)


def verified(data: bytes, issuer: Certificate) -> x509.CertificateRevocationList:
    """Return the list in these bytes (DER or PEM) if an issuer has signed it; raise ``Unusable`` if not."""
    try:
        is_text = data.lstrip()[:10] == b"-----BEGIN"
        crl = x509.load_pem_x509_crl(data) if is_text else x509.load_der_x509_crl(data)
        signer = comparable(crl.issuer)
    except UNREADABLE as error:
        raise Unusable("is no list of revoked certificates") from error
    if signer != issuer.subject:
        raise Unusable(f"is not that of {issuer.shown}")
    usage = issuer.extension(x509.KeyUsage)
    if usage and not usage.value.crl_sign:
        raise Unusable(f"is signed by {issuer.shown}, which must not sign lists (its keyUsage lacks cRLSign)")
    if not _is_signed(crl, issuer):
        raise Unusable(f"is not signed with the key of {issuer.shown}")
    return crl


def judge(crl: x509.CertificateRevocationList, certificate: Certificate, point: Point, at: datetime) -> Verdict:
    """Return what a verified list says about a certificate at a time; raise ``Unusable`` if that is nothing."""
    try:
        until = holds_until(crl.last_update_utc, crl.next_update_utc, at)
        is_complete = _is_complete(crl, certificate, point)
        entry = crl.get_revoked_certificate_by_serial_number(certificate.parsed.serial_number)
    except UNREADABLE as error:
        raise Unusable("cannot be read") from error
    reason = _reason(entry) if entry else ""
    if entry and reason != x509.ReasonFlags.remove_from_crl.value:
        return Verdict(
            certificate.fingerprint, "revoked", at, reason, entry.revocation_date_utc, until=until, source=point.url
        )
    if not is_complete:
        raise Unusable("covers only some reasons for a revocation")
    return Verdict(certificate.fingerprint, "good", at, until=until, source=point.url)


def _is_signed(crl: x509.CertificateRevocationList, issuer: Certificate) -> bool:
    try:
        return issuer.key is not None and crl.is_signature_valid(issuer.key)  # type: ignore[arg-type] # refused below
    except UNREADABLE:
        return False  # a key of a kind that signs nothing, or a signature that nobody knows


def _is_complete(crl: x509.CertificateRevocationList, certificate: Certificate, point: Point) -> bool:
    """Return whether a list covers all reasons; raise ``Unusable`` if it is not meant for the certificate."""
    some_reasons = point.some_reasons
    for extension in crl.extensions:
        match extension.value:
            case x509.IssuingDistributionPoint() as scope:
                _check_scope(scope, certificate, point)
                some_reasons = some_reasons or scope.only_some_reasons is not None
            case x509.DeltaCRLIndicator():
                raise Unusable("holds only what has changed (it is a delta)")
            case x509.UnrecognizedExtension() if extension.critical:
                raise Unusable(f"has a critical extension that nobody knows ({extension.oid.dotted_string})")
    return not some_reasons


def _check_scope(scope: x509.IssuingDistributionPoint, certificate: Certificate, point: Point) -> None:
    if scope.indirect_crl:
        raise Unusable("is one for several issuers (indirect)")
    if scope.only_contains_attribute_certs:
        raise Unusable("is for attribute certificates only")
    if scope.only_contains_user_certs and certificate.is_ca:
        raise Unusable("is not for certificates of CAs")
    if scope.only_contains_ca_certs and not certificate.is_ca:
        raise Unusable("is for certificates of CAs only")
    if scope.relative_name is not None or (scope.full_name is not None and not point.names & set(scope.full_name)):
        raise Unusable("is meant for another address (by its issuingDistributionPoint)")


def _reason(entry: x509.RevokedCertificate) -> str:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except (*UNREADABLE, x509.ExtensionNotFound):
        return ""  # revoked it is, for whatever reason
