"""What a server presented in one handshake."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Presented:
    """``chain`` are the certificates (DER) in the order in which they were sent; ``stapled`` is an OCSP response (DER).

    ``protocol`` is a name such as ``TLSv1.3``; ``address`` is where the connection led.
    """

    chain: tuple[bytes, ...]
    protocol: str
    cipher: str = ""
    stapled: bytes = b""
    address: str = ""
