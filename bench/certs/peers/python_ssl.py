"""Python's ``ssl.create_default_context``: a handshake that is refused, with one reason."""

import socket
import ssl
from collections.abc import Sequence

from bench.certs.peers.said import Said, heard
from bench.certs.zoo import Served

_WORDS = {
    "certificate has expired": "expired chain-expired",
    "not yet valid": "not-yet-valid bad-chain",
    "Hostname mismatch|IP address mismatch": "hostname-mismatch",
    "^self-signed certificate$": "self-signed",
    "in certificate chain": "untrusted-root",
    "unable to get (local )?issuer": "incomplete-chain",
    "unsuitable certificate purpose": "wrong-usage",
    "subtree violation": "name-constraint",
    "key too weak": "weak-key",
    "digest algorithm too weak": "weak-signature",
    "invalid CA|path length|critical extension|signature failure": "bad-chain",
    "protocol version": "no-modern-protocol",
}


def ask(zoo: Sequence[Served]) -> list[Said]:
    """Return what is said of each server."""
    return [_one(served) for served in zoo]


def _one(served: Served) -> Said:
    context = ssl.create_default_context(cadata=served.exhibit.ca)
    try:
        with (
            socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection,
            context.wrap_socket(connection, server_hostname=served.host),
        ):
            return Said(frozenset(), is_alarm=False)
    except ssl.SSLCertVerificationError as error:
        return heard(error.verify_message, _WORDS, is_alarm=True)
    except ssl.SSLError as error:
        return heard(str(error), _WORDS, is_alarm=True)
