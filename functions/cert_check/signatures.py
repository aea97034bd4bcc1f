"""Whether one certificate has signed another one, with signatures too that nobody should make any more.

cryptography verifies certificates' signatures only with hashes that are safe. A chain that is signed with SHA-1 or MD5
is to be called weak, and not incomplete.
"""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import SignatureAlgorithmOID

_OLD: dict[x509.ObjectIdentifier, hashes.HashAlgorithm] = {
    SignatureAlgorithmOID.RSA_WITH_MD5: hashes.MD5(),  # noqa: S303 - to be verified, and named
    SignatureAlgorithmOID.RSA_WITH_SHA1: hashes.SHA1(),  # noqa: S303
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: hashes.SHA1(),  # noqa: S303
    SignatureAlgorithmOID.DSA_WITH_SHA1: hashes.SHA1(),  # noqa: S303
}


def verify(certificate: x509.Certificate, issuer: x509.Certificate) -> None:
    """Raise ``InvalidSignature`` or ``ValueError`` unless the issuer's name and key have signed a certificate."""
    digest = _OLD.get(certificate.signature_algorithm_oid)
    if digest is None:
        certificate.verify_directly_issued_by(issuer)
        return
    if certificate.issuer != issuer.subject:
        raise ValueError("the issuer has another name")
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    match issuer.public_key():
        case rsa.RSAPublicKey() as key:
            key.verify(signature, signed, PKCS1v15(), digest)
        case ec.EllipticCurvePublicKey() as key:
            key.verify(signature, signed, ec.ECDSA(digest))
        case dsa.DSAPublicKey() as key:
            key.verify(signature, signed, digest)
        case _:
            raise InvalidSignature
