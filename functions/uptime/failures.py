"""Why an exchange failed: libcurl's error in words for somebody who has to mend it."""

import errno
from dataclasses import dataclass

import pycurl

from caretaker.core.network.failure import Failure
from caretaker.core.network.tls_causes import tls_cause
from caretaker.core.network.urls import Place
from functions.uptime.transfer import Received, Timings

_TLS = frozenset(
    {
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_PEER_FAILED_VERIFICATION,
        pycurl.E_SSL_CERTPROBLEM,
        pycurl.E_SSL_CIPHER,
        pycurl.E_SSL_CACERT_BADFILE,
        pycurl.E_SSL_CRL_BADFILE,
        pycurl.E_SSL_ISSUER_ERROR,
        pycurl.E_SSL_INVALIDCERTSTATUS,
        pycurl.E_SSL_SHUTDOWN_FAILED,
        pycurl.E_USE_SSL_FAILED,
    }
)
_RECEIVING = frozenset({pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR, pycurl.E_GOT_NOTHING, pycurl.E_HTTP2})


@dataclass(frozen=True, slots=True)
class Attempt:
    """An exchange that failed: libcurl's ``code`` and ``text``, the system's ``errno``, and the limit in seconds."""

    place: Place
    code: int
    text: str
    system: int
    received: Received
    timings: Timings
    timeout: float
    connect_timeout: float
    addresses: tuple[str, ...] = ()

    @property
    def peer(self) -> str:
        """Name and address that were tried."""
        host = f"{self.place.host}:{self.place.port}"
        address = self.timings.address or ", ".join(self.addresses[:3])
        return host if not address or address == self.place.host else f"{host} ({address})"


def failure(attempt: Attempt) -> Failure:
    """Return what a failed exchange means."""
    if attempt.received.too_large:
        return _too_large(attempt)
    if attempt.code == pycurl.E_OPERATION_TIMEDOUT:
        return _timed_out(attempt)
    if attempt.code == pycurl.E_COULDNT_CONNECT:
        return _no_connection(attempt)
    if attempt.code in _TLS:
        return _tls(attempt)
    if attempt.code == pycurl.E_PARTIAL_FILE:
        return _incomplete(attempt, "closed the connection before the body was complete")
    if attempt.code == pycurl.E_BAD_CONTENT_ENCODING:
        return _incomplete(attempt, "sent a body whose compression cannot be read")
    if attempt.code in _RECEIVING:
        return _broken_off(attempt)
    return _not_http(attempt)


def _too_large(attempt: Attempt) -> Failure:
    limit = f"{attempt.received.most_body:,} bytes"
    return Failure(
        "body-too-large",
        f"{attempt.peer} sent a body of more than {limit}",
        "Watch a smaller page, use method: HEAD, or raise max_body.",
        measured=f"more than {limit}",
        limit=limit,
    )


def _timed_out(attempt: Attempt) -> Failure:
    waited = f"{attempt.timings.total:.1f} s"
    if not attempt.timings.connect:
        limit = f"{min(attempt.timeout, attempt.connect_timeout):g} s"
        return Failure(
            "connect-timeout",
            f"no connection to {attempt.peer} within {limit}",
            "Check that the server runs, that its firewall lets you in, and that the address is right.",
            measured=waited,
            limit=limit,
        )
    if attempt.place.scheme == "https" and not attempt.timings.tls:
        what = "did not finish the TLS handshake"
    elif not attempt.received.lines:
        what = "accepted the connection but did not answer"
    elif not attempt.received.body_bytes and attempt.received.lines[-1].strip():
        what = "stopped in the middle of its headers"
    else:
        what = f"did not finish its answer ({attempt.received.body_bytes:,} bytes came)"
    limit = f"{attempt.timeout:g} s"
    return Failure(
        "timeout",
        f"{attempt.peer} {what} within {waited}",
        "See what the application waits for, and whether it is overloaded; restart it if it hangs.",
        measured=waited,
        limit=limit,
    )


def _no_connection(attempt: Attempt) -> Failure:
    if attempt.system == errno.ECONNREFUSED or "refused" in attempt.text.lower():
        return Failure(
            "connection-refused",
            f"{attempt.peer} refused the connection",
            "Start the server; if it runs, check the port it listens on and its firewall.",
            measured="refused",
            limit="a connection",
        )
    reason = errno.errorcode.get(attempt.system, "unreachable")
    if attempt.system == errno.ECONNRESET:
        return _reset(attempt, "reset the connection")
    return Failure(
        "connect-timeout",
        f"{attempt.peer} cannot be reached ({reason})",
        "Check the route to this address, its firewall, and whether the address is right.",
        measured=reason,
        limit="a connection",
    )


def _tls(attempt: Attempt) -> Failure:
    server = f"{attempt.place.host}:{attempt.place.port}"
    fix = f"Look at what the server offers: openssl s_client -connect {server} -servername {attempt.place.host}"
    cause, fix = tls_cause(attempt.text, fix)
    return Failure(
        "tls-failure",
        f"no TLS connection to {attempt.peer}: {cause}",
        fix,
        measured=attempt.text,
        limit="a verified TLS connection",
    )


def _broken_off(attempt: Attempt) -> Failure:
    if attempt.received.body_bytes:
        return _incomplete(attempt, f"broke its answer off after {attempt.received.body_bytes:,} bytes of the body")
    if attempt.received.lines:
        return _incomplete(attempt, "broke its answer off inside its headers")
    was_reset = attempt.system == errno.ECONNRESET or "reset" in attempt.text.lower()
    return _reset(attempt, "reset the connection" if was_reset else "closed the connection without an answer")


def _reset(attempt: Attempt, what: str) -> Failure:
    return Failure(
        "connection-reset",
        f"{attempt.peer} {what}",
        "Look at the log of the server, and of a proxy before it: often a crashed or overloaded process.",
        measured=what,
        limit="an answer",
    )


def _incomplete(attempt: Attempt, what: str) -> Failure:
    return Failure(
        "incomplete-body",
        f"{attempt.peer} {what}",
        "Look at the log of the server, and of a proxy before it: often a crash in the middle of an answer.",
        measured=f"{attempt.received.body_bytes:,} bytes",
        limit="a complete answer",
    )


def _not_http(attempt: Attempt) -> Failure:
    return Failure(
        "not-http",
        f"{attempt.peer} does not answer in HTTP: {attempt.text}",
        "Check the port: something else than a web server listens there.",
        measured=attempt.text,
        limit="HTTP",
    )
