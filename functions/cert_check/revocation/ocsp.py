"""Asking a CA about a certificate (OCSP: RFC 6960, in the form of RFC 5019).

* An answer must be signed by the certificate's issuer, or by whom that issuer has appointed for it.
"""

from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from functions.cert_check.certificate import Certificate, UnreadableCertificate, read
from functions.cert_check.revocation.verdict import LATE, Unusable, Verdict, holds_until
from functions.cert_check.unreadable import UNREADABLE

MOST = 100_000  # bytes
_MOST_RESPONDERS = 5
_REFUSALS = {
    ocsp.OCSPResponseStatus.MALFORMED_REQUEST: "refuses the question as malformed",
    ocsp.OCSPResponseStatus.INTERNAL_ERROR: "has an internal error",
    ocsp.OCSPResponseStatus.TRY_LATER: "wants to be asked later",
    ocsp.OCSPResponseStatus.SIG_REQUIRED: "answers only to signed questions",
    ocsp.OCSPResponseStatus.UNAUTHORIZED: "does not answer for this certificate (unauthorized)",
}


def addresses(certificate: Certificate) -> list[str]:
    """Return the URLs at which a certificate's issuer can be asked."""
    found = certificate.extension(x509.AuthorityInformationAccess)
    return [
        access.access_location.value
        for access in (found.value if found else ())
        if access.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(access.access_location, x509.UniformResourceIdentifier)
    ]


def question(certificate: Certificate, issuer: Certificate) -> bytes:
    """Return the request (DER) that asks about a certificate; raise ``Unusable`` if it cannot be asked about."""
    return _question(certificate, issuer, hashes.SHA1()).public_bytes(Encoding.DER)  # noqa: S303 # as RFC 5019 wants


def judge(data: bytes, certificate: Certificate, issuer: Certificate, at: datetime, source: str) -> Verdict:
    """Return what an answer (DER) says about a certificate at a time; raise ``Unusable`` if that is nothing."""
    try:
        answer = ocsp.load_der_ocsp_response(data)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Unusable(_REFUSALS[answer.response_status])
        single = next((one for one in answer.responses if _is_about(one, certificate, issuer)), None)
        if single is None:
            raise Unusable("answers for another certificate")
        if not any(_has_signed(responder, answer) for responder in _responders(answer, issuer, at)):
            raise Unusable(f"gives an answer that neither {issuer.shown} has signed, nor whom it has appointed")
        until = holds_until(single.this_update_utc, single.next_update_utc, at)
        return _verdict(single, certificate, at, until, source)
    except UNREADABLE as error:
        raise Unusable("gives an answer that cannot be read") from error


def _verdict(
    single: ocsp.OCSPSingleResponse, certificate: Certificate, at: datetime, until: datetime, source: str
) -> Verdict:
    match single.certificate_status:
        case ocsp.OCSPCertStatus.GOOD:
            return Verdict(certificate.fingerprint, "good", at, until=until, source=source)
        case ocsp.OCSPCertStatus.REVOKED:
            reason = single.revocation_reason.value if single.revocation_reason else ""
            revoked_at = single.revocation_time_utc
            return Verdict(certificate.fingerprint, "revoked", at, reason, revoked_at, until, source)
        case ocsp.OCSPCertStatus.UNKNOWN:
            raise Unusable("does not know the certificate")


def _question(certificate: Certificate, issuer: Certificate, algorithm: hashes.HashAlgorithm) -> ocsp.OCSPRequest:
    try:
        return ocsp.OCSPRequestBuilder().add_certificate(certificate.parsed, issuer.parsed, algorithm).build()
    except UNREADABLE as error:
        raise Unusable("cannot be asked about this certificate") from error


def _is_about(single: ocsp.OCSPSingleResponse, certificate: Certificate, issuer: Certificate) -> bool:
    wanted = _question(certificate, issuer, single.hash_algorithm)
    return (
        single.serial_number == wanted.serial_number
        and single.issuer_name_hash == wanted.issuer_name_hash
        and single.issuer_key_hash == wanted.issuer_key_hash
    )


def _responders(answer: ocsp.OCSPResponse, issuer: Certificate, at: datetime) -> Iterator[Certificate]:
    """Yield who may have signed an answer: the issuer, and whom it has appointed."""
    yield issuer
    for parsed in answer.certificates[:_MOST_RESPONDERS]:
        try:
            responder = read(parsed.public_bytes(Encoding.DER))
        except UnreadableCertificate:
            continue
        usage = responder.extension(x509.ExtendedKeyUsage)
        is_appointed = usage is not None and ExtendedKeyUsageOID.OCSP_SIGNING in usage.value
        if is_appointed and responder.not_before - LATE <= at <= responder.not_after and responder.is_issued_by(issuer):
            yield responder


def _has_signed(responder: Certificate, answer: ocsp.OCSPResponse) -> bool:
    signature, signed = answer.signature, answer.tbs_response_bytes
    try:
        match responder.key, answer.signature_hash_algorithm:
            case rsa.RSAPublicKey() as key, hashes.HashAlgorithm() as algorithm:
                key.verify(signature, signed, padding.PKCS1v15(), algorithm)
            case ec.EllipticCurvePublicKey() as key, hashes.HashAlgorithm() as algorithm:
                key.verify(signature, signed, ec.ECDSA(algorithm))
            case (ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey()) as key, _:
                key.verify(signature, signed)
            case _:
                return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True
