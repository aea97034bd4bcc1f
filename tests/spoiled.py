"""Certificates that were changed after they were signed."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.certificates import Issued


def broken(issued: Issued) -> Issued:
    """Return a certificate whose signature fits no more."""
    der = issued.der
    return Issued(x509.load_der_x509_certificate(der[:-1] + bytes([der[-1] ^ 1])), issued.key)


def altered(issued: Issued, issuer: Issued, old: bytes, new: bytes) -> Issued:
    """Return a certificate with some of its bytes exchanged, and signed again by an issuer with an elliptic curve."""
    assert isinstance(issuer.key, ec.EllipticCurvePrivateKey)
    signed = issued.certificate.tbs_certificate_bytes
    assert old in signed
    signed = signed.replace(old, new)
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")  # ecdsa-with-SHA256
    signature = issuer.key.sign(signed, ec.ECDSA(hashes.SHA256()))
    parts = signed + algorithm + _tagged(0x03, b"\0" + signature)
    return Issued(x509.load_der_x509_certificate(_tagged(0x30, parts)), issued.key)


def _tagged(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content
