"""Whether a key has signed a certificate, in ways too in which nobody should sign any more.

cryptography's own check takes only hashes that are safe, and names that are equal byte for byte. But a chain that is
signed with SHA-1 or MD5 is to be called weak, and not incomplete.
"""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import SignatureAlgorithmOID

_OLD: dict[x509.ObjectIdentifier, hashes.HashAlgorithm] = {
    SignatureAlgorithmOID.RSA_WITH_MD5: hashes.MD5(),  # noqa: S303 - to be verified, and named
    SignatureAlgorithmOID.RSA_WITH_SHA1: hashes.SHA1(),  # noqa: S303
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: hashes.SHA1(),  # noqa: S303
    SignatureAlgorithmOID.DSA_WITH_SHA1: hashes.SHA1(),  # noqa: S303
}


def verify(certificate: x509.Certificate, key: CertificatePublicKeyTypes | None) -> None:
    """Raise ``InvalidSignature``, or another error of cryptography's, unless a key has signed a certificate."""
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    old = _OLD.get(certificate.signature_algorithm_oid)
    match key:
        case rsa.RSAPublicKey():
            padding = PKCS1v15() if old else certificate.signature_algorithm_parameters
            key.verify(signature, signed, padding, old or _hash(certificate))  # type: ignore[arg-type] # checked inside
        case ec.EllipticCurvePublicKey():
            key.verify(signature, signed, ec.ECDSA(old or _hash(certificate)))
        case dsa.DSAPublicKey():
            key.verify(signature, signed, old or _hash(certificate))
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
            key.verify(signature, signed)
        case _:
            raise InvalidSignature


def _hash(certificate: x509.Certificate) -> hashes.HashAlgorithm:
    found = certificate.signature_hash_algorithm
    if found is None:
        raise InvalidSignature
    return found
