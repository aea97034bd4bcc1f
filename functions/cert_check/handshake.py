"""One handshake that verifies nothing: it takes whatever a server presents.

* Everything is offered, old protocols and weak ciphers too: what is wrong is to be named, not refused.
* The handshake must end by the line's deadline, whatever the server does.
"""

import select
from dataclasses import dataclass, replace
from functools import cache

from OpenSSL import SSL, crypto

from caretaker.core.network.dialling import dial
from caretaker.core.network.failure import Failure
from caretaker.core.network.line import Line, Unreached
from caretaker.core.network.tls_causes import tls_cause
from caretaker.core.targets.certificate import StartTls
from functions.cert_check.names import as_address, in_ascii
from functions.cert_check.presented import Presented
from functions.cert_check.starttls import ask_for_tls

Versions = tuple[int, int]

ANY: Versions = (SSL.TLS1_VERSION, SSL.TLS1_3_VERSION)
OLD: dict[str, Versions] = {
    "TLSv1": (SSL.TLS1_VERSION, SSL.TLS1_VERSION),
    "TLSv1.1": (SSL.TLS1_1_VERSION, SSL.TLS1_1_VERSION),
}
# With these a handshake ends when the server has shown its certificate: it wants one of ours, or its key is odd.
_AFTER_THE_CHAIN = (
    "certificate required",
    "handshake failure",
    "bad certificate",
    "access denied",
    "unable to find public key parameters",
)
UNREADABLE_FIX = "Have it issued anew by a CA; whatever has made it does not follow RFC 5280."
_SEND_LESS = "Send the server's own certificate and its intermediates only, and spread many names over several of them."
_TOO_LARGE = "excessive message size"
_LEGACY_SERVER_CONNECT = 0x4  # OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT: servers from before RFC 5746 are judged too


@dataclass(frozen=True, slots=True)
class Hello:
    """How TLS is begun: the name that is asked for, what is spoken before, and the versions (first, last) offered."""

    server_name: str
    starttls: StartTls = ""
    versions: Versions = ANY


class Unpresented(Exception):
    """A server presents no certificate. ``failure`` has a code of certificates, ``cause`` is the line's own code."""

    def __init__(self, failure: Failure, cause: str) -> None:
        super().__init__(failure.code)
        self.failure = failure
        self.cause = cause


def shake(line: Line, hello: Hello) -> Presented:
    """Connect, and return what the server presents; raise ``Unpresented`` if it presents nothing."""
    code = "unreachable"
    try:
        with dial(line):
            code = "starttls-refused"
            if hello.starttls:
                ask_for_tls(line, hello.starttls)
            code = "handshake-failed"
            return _presented(line, hello)
    except Unreached as unreached:
        raise Unpresented(replace(unreached.failure, code=code), unreached.failure.code) from None


def _presented(line: Line, hello: Hello) -> Presented:
    assert line.connection is not None, "it is connected"
    began = line.seconds
    stapled: list[bytes] = []
    connection = SSL.Connection(_context(hello.versions), line.connection)
    connection.set_app_data(stapled)
    if as_address(hello.server_name) is None:
        connection.set_tlsext_host_name(in_ascii(hello.server_name).encode("ascii", "replace"))
    connection.request_ocsp()
    connection.set_connect_state()
    line.connection.setblocking(False)
    try:
        _carry_through(connection, line)
    except SSL.Error as error:
        if _is_unreadable(error):
            raise Unpresented(_unreadable(line, error), "tls-failure") from None
        if not connection.get_peer_cert_chain() or not _reason(error).endswith(_AFTER_THE_CHAIN):
            raise Unreached(_refused(line, hello, _reason(error))) from None
    line.tls = line.seconds - began
    return Presented(
        chain=tuple(_der(certificate) for certificate in connection.get_peer_cert_chain() or ()),
        protocol=connection.get_protocol_version_name(),
        cipher=connection.get_cipher_name() or "",
        stapled=stapled[0] if stapled else b"",
        address=line.address,
    )


def _carry_through(connection: SSL.Connection, line: Line) -> None:
    assert line.connection is not None, "it is connected"
    while True:
        try:
            connection.do_handshake()
        except SSL.WantReadError:
            event = select.POLLIN
        except SSL.WantWriteError:
            event = select.POLLOUT
        else:
            return
        poll = select.poll()
        poll.register(line.connection, event)
        if not poll.poll(line.left_for("did not finish the TLS handshake") * 1000):
            raise Unreached(line.timed_out("did not finish the TLS handshake"))


def _reason(error: SSL.Error) -> str:
    """Return OpenSSL's words for an error; a connection that ended has none."""
    if isinstance(error, SSL.SysCallError | SSL.ZeroReturnError) or not error.args:
        return "unexpected eof"
    return next((reason for _, _, reason in reversed(error.args[0]) if reason), "unexpected eof")


def _is_unreadable(error: SSL.Error) -> bool:
    """Whether it is a certificate that OpenSSL cannot read."""
    return _reason(error) == "ASN1 lib"


def _unreadable(line: Line, error: SSL.Error) -> Failure:
    reason = next((reason for library, _, reason in error.args[0] if library.startswith("asn1")), "no ASN.1")
    return Failure(
        "bad-chain",
        f"{line.peer} presents a certificate that cannot be read: {reason}",
        UNREADABLE_FIX,
        measured=reason,
        limit="a certificate",
    )


def _refused(line: Line, hello: Hello, reason: str) -> Failure:
    command = f"openssl s_client -connect {line.endpoint} -servername {hello.server_name}"
    cause, fix = tls_cause(reason, f"Look at the server's TLS log, and at what it offers: {command}")
    if reason == _TOO_LARGE:
        cause, fix = "it sends more than the 100 kB of certificates that clients take", _SEND_LESS
    return Failure(
        "handshake-failed",
        f"no TLS handshake with {line.peer}: {cause}",
        fix,
        measured=reason,
        limit="a TLS handshake",
    )


def _der(certificate: crypto.X509) -> bytes:
    return crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)


@cache
def _context(versions: Versions) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(versions[0])
    context.set_max_proto_version(versions[1])
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.set_options(_LEGACY_SERVER_CONNECT)
    context.set_verify(SSL.VERIFY_NONE)
    context.set_ocsp_client_callback(_keep_stapled)
    return context


def _keep_stapled(connection: SSL.Connection, response: bytes, _: object) -> bool:
    if response:
        connection.get_app_data().append(response)
    return True
