"""Keys and signatures that can be broken.

Source: NIST SP 800-57 Part 1 (112 bits of strength at least), CA/Browser Forum Baseline Requirements 6.1.5 and 7.1.3.
"""

from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import SignatureAlgorithmOID

from functions.cert_check.certificate import Certificate
from functions.cert_check.unreadable import UNREADABLE

_RSA_BITS = 2048
_CURVE_BITS = 224
_WEAK_SIGNATURES = {
    SignatureAlgorithmOID.RSA_WITH_MD5: "MD5",
    SignatureAlgorithmOID.RSA_WITH_SHA1: "SHA-1",
    SignatureAlgorithmOID.DSA_WITH_SHA1: "SHA-1",
    SignatureAlgorithmOID.ECDSA_WITH_SHA1: "SHA-1",
}


def weak_key(certificate: Certificate) -> tuple[str, str] | None:
    """Return what a weak key is, and what it should be at least; None for one that is strong enough."""
    match certificate.key:
        case rsa.RSAPublicKey(key_size=bits) if bits < _RSA_BITS:
            return f"RSA with {bits} bits", f"RSA with {_RSA_BITS} bits"
        case rsa.RSAPublicKey() as key if key.public_numbers().e < 65_537:
            return f"RSA with the exponent {key.public_numbers().e}", "an exponent of 65537"
        case ec.EllipticCurvePublicKey(curve=curve) if curve.key_size < _CURVE_BITS:
            return f"the curve {curve.name} with {curve.key_size} bits", "P-256"
        case dsa.DSAPublicKey():
            return "DSA, which nobody accepts any more", "P-256"
    return None


def weak_signature(certificate: Certificate) -> str:
    """Return the broken hash that a certificate is signed with, empty if it is a good one."""
    known = _WEAK_SIGNATURES.get(certificate.parsed.signature_algorithm_oid)
    if known:
        return known
    try:
        used = certificate.parsed.signature_hash_algorithm
    except UNREADABLE:
        return ""
    return {"md5": "MD5", "sha1": "SHA-1"}.get(used.name, "") if used else ""
