"""What of a certificate cannot be read, or not be used by anybody, as the end of a sentence."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec

from functions.cert_check import strength
from functions.cert_check.certificate import Certificate
from functions.cert_check.unreadable import UNREADABLE
from functions.cert_check.wording import printable

_OF_TLS = frozenset({"secp256r1", "secp384r1", "secp521r1"})  # RFC 8446, 4.2.7: what clients offer


def problems(certificate: Certificate) -> list[str]:
    """Return what no client can do anything with."""
    found = []
    if certificate.extensions is None:
        found.append("its extensions cannot be read" + _reason(lambda: certificate.parsed.extensions))
    match certificate.key:
        case None:
            found.append("its public key is of a kind that nobody knows" + _reason(certificate.parsed.public_key))
        case ec.EllipticCurvePublicKey(curve=curve) if curve.name not in _OF_TLS:
            if not strength.weak_key(certificate):  # which is said by itself
                found.append(f"its key is on the curve {curve.name}, which clients do not know")
    return found


def _reason(part: Callable[[], object]) -> str:
    try:
        part()
    except UNREADABLE as error:
        return f" ({printable(str(error))})"
    return ""
