"""TLS servers on loopback that present whatever a test wants, by real handshakes."""

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from cryptography.x509 import load_der_x509_certificate
from OpenSSL import SSL

from functions.cert_check.certificate import Certificate
from tests.authority import Authority, new_key
from tests.certificates import Key
from tests.servers import Behaviour

Versions = tuple[int, int]

ANY: Versions = (SSL.TLS1_VERSION, SSL.TLS1_3_VERSION)
MODERN: Versions = (SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION)
ONLY: dict[str, Versions] = {
    "TLSv1": (SSL.TLS1_VERSION, SSL.TLS1_VERSION),
    "TLSv1.1": (SSL.TLS1_1_VERSION, SSL.TLS1_1_VERSION),
    "TLSv1.2": (SSL.TLS1_2_VERSION, SSL.TLS1_2_VERSION),
    "TLSv1.3": (SSL.TLS1_3_VERSION, SSL.TLS1_3_VERSION),
}


@dataclass(kw_only=True)
class Presenting:
    """A server's side of handshakes: the certificates (DER, its own first) with their key, and how TLS is spoken.

    ``stapled`` is an OCSP response; ``wants_ours`` asks for a client's certificate and accepts none. ``asked`` holds
    the server name of each handshake (SNI), None where there was none.
    """

    chain: Sequence[bytes]
    key: Key
    versions: Versions = MODERN
    stapled: bytes = b""
    wants_ours: bool = False
    asked: list[bytes | None] = field(default_factory=list)

    def __call__(self, plain: socket.socket, _: bytes = b"") -> None:
        """Shake hands over a connection, and wait until the client ends it."""
        plain.settimeout(None)
        secure = SSL.Connection(self.context(), plain)
        secure.set_accept_state()
        try:
            secure.do_handshake()
            secure.recv(1)
        except SSL.Error:
            return

    def context(self) -> SSL.Context:
        """Return what a server with these certificates needs."""
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(self.versions[0])
        context.set_max_proto_version(self.versions[1])
        context.set_cipher_list(b"ALL:@SECLEVEL=0")
        context.set_tlsext_servername_callback(lambda secure: self.asked.append(secure.get_servername()))
        own, *others = (load_der_x509_certificate(der) for der in self.chain)
        context.use_certificate(own)
        context.use_privatekey(self.key)
        for other in others:
            context.add_extra_chain_cert(other)
        if self.stapled:
            context.set_ocsp_server_callback(lambda _connection, _data: self.stapled)
        if self.wants_ours:
            context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: False)
        return context


def presenting(
    authority: Authority,
    *,
    sent: Sequence[Certificate] = (),
    versions: Versions = MODERN,
    wants_ours: bool = False,
    **details: Any,
) -> Presenting:
    """Return a server with a new certificate of this CA, ``sent`` behind it; ``details`` are of ``issue``."""
    key = new_key()
    chain = [one.der for one in (authority.issue(key=key, **details), *sent)]
    return Presenting(chain=chain, key=key, versions=versions, wants_ours=wants_ours)


def after(dialogue: Callable[[socket.socket], object], then: Behaviour) -> Behaviour:
    """Return a behaviour that holds a dialogue in plain text first."""

    def behave(connection: socket.socket, head: bytes) -> None:
        dialogue(connection)
        then(connection, head)

    return behave


def heard(then: Behaviour) -> Behaviour:
    """Return a behaviour that takes a client's first message in before it begins."""
    return after(lambda connection: connection.recv(65_536), then)


def flight(behind: Presenting, hello: bytes) -> bytes:
    """Return all that a server says to a client's first message."""
    secure = SSL.Connection(behind.context(), None)
    secure.set_accept_state()
    secure.bio_write(hello)
    with suppress(SSL.WantReadError):
        secure.do_handshake()
    return secure.bio_read(1_000_000)


def raw(*chain: bytes, extensions: bytes = b"\0\x05\xff\x01\0\x01\0") -> bytes:
    """Return a server's first messages in TLS 1.2 with any bytes as certificates, which no library would send.

    The ``extensions`` say that it renegotiates securely (RFC 5746).
    """
    cipher, no_compression = b"\xc0\x2b", b"\0"
    hello = b"\x03\x03" + bytes(32) + b"\0" + cipher + no_compression + extensions
    certificates = b"".join(_sized(der) for der in chain)
    messages = _message(2, hello) + _message(11, _sized(certificates)) + _message(14, b"")
    records = (messages[start : start + 16_000] for start in range(0, len(messages), 16_000))
    return b"".join(b"\x16\x03\x03" + len(record).to_bytes(2, "big") + record for record in records)


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _sized(body)


def _sized(body: bytes) -> bytes:
    return len(body).to_bytes(3, "big") + body
