"""What comes of parts of a certificate that cannot be read."""

from collections.abc import Callable
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

T = TypeVar("T")

UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


def readable(part: Callable[[], T]) -> T | None:
    """Return a part, None if it cannot be read."""
    try:
        return part()
    except UNREADABLE:
        return None
