"""Connecting to a port, plain or behind TLS."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import certifi

from caretaker.core.network.failure import Failure, unresolved
from caretaker.core.network.line import CONNECT_TIMEOUT, Line, Unreached
from caretaker.core.network.resolver import Resolver
from caretaker.core.network.tls_causes import tls_cause


@dataclass(frozen=True, slots=True)
class Tls:
    """How TLS is spoken: ``server_name`` is what the certificate must be for, ``ca`` PEM text of an own authority."""

    server_name: str
    verify: bool
    ca: str


@contextmanager
def dial(line: Line, *, ip: str = "any", tls: Tls | None = None) -> Iterator[None]:
    """Connect, over TLS if asked to, and close in the end; raise ``Unreached`` if that fails."""
    try:
        addresses = resolve(line, ip)
        line.connection = _connect(line, addresses)
        if tls:
            line.connection = _secure(line, line.connection, tls)
        yield
    finally:
        if line.connection is not None:
            line.connection.close()


def resolve(line: Line, ip: str) -> tuple[str, ...]:
    """Return the addresses of the line's host; raise ``Unreached`` if it has none, or says so too late."""
    finished = threading.Event()
    resolver = Resolver(finished.set)
    lookup = resolver.look_up(line.host, ip)
    while not lookup.done and line.seconds < line.timeout:
        finished.wait(min(0.5, line.timeout - line.seconds))
        resolver.finished()
    resolver.close()
    line.dns = line.seconds
    if not lookup.done:
        raise Unreached(unresolved(line.host, f"no answer within {line.timeout:g} s"))
    if not lookup.addresses:
        raise Unreached(unresolved(line.host, lookup.error))
    return lookup.addresses


def _connect(line: Line, addresses: tuple[str, ...]) -> socket.socket:
    """Connect to the first address that takes the connection."""
    failures: list[OSError] = []
    most = min(CONNECT_TIMEOUT, line.left)
    ends = time.monotonic() + most
    for number, address in enumerate(addresses):
        line.address = address
        before = time.monotonic()
        left = (ends - before) / (len(addresses) - number)
        try:
            connection = socket.create_connection((address, line.port), timeout=max(0.01, left))
        except OSError as error:
            failures.append(error)
            continue
        line.connect = time.monotonic() - before
        return connection
    if len(addresses) > 1:
        line.address = ", ".join(addresses[:3])
    refused = [failure for failure in failures if isinstance(failure, ConnectionRefusedError)]
    reset = [failure for failure in failures if isinstance(failure, ConnectionResetError)]
    if reset and not refused:
        raise Unreached(line.broken_off(reset[0]))
    raise Unreached(_refused(line) if refused else _no_connection(line, failures[-1], most))


def _refused(line: Line) -> Failure:
    return Failure(
        "connection-refused",
        f"{line.peer} refused the connection",
        "Check that the service runs and listens on this port, and that no firewall rejects you.",
        measured="refused",
        limit="a connection",
    )


def _no_connection(line: Line, error: OSError, most: float) -> Failure:
    reason = f"within {most:g} s" if isinstance(error, TimeoutError) else f"({error.strerror or error})"
    return Failure(
        "connect-timeout",
        f"no connection to {line.peer} {reason}",
        "Check that the server runs, that its firewall lets you in, and that the address is right.",
        measured=f"{line.seconds:.1f} s",
        limit=f"{most:g} s",
    )


def _secure(line: Line, plain: socket.socket, tls: Tls) -> socket.socket:
    before = time.monotonic()
    plain.settimeout(line.left)
    try:
        secure = context(tls.verify, tls.ca).wrap_socket(plain, server_hostname=tls.server_name)
    except TimeoutError:
        raise Unreached(line.timed_out("did not finish the TLS handshake")) from None
    except (ssl.SSLError, OSError) as error:
        raise Unreached(_no_tls(line, error, tls)) from None
    line.tls = time.monotonic() - before
    return secure


def _no_tls(line: Line, error: Exception, tls: Tls) -> Failure:
    text = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or str(error)
    command = f"openssl s_client -connect {line.host}:{line.port} -servername {tls.server_name}"
    cause, fix = tls_cause(text, f"Look at what the server offers: {command}")
    return Failure(
        "tls-failure",
        f"no TLS connection to {line.peer}: {cause}",
        fix,
        measured=text,
        limit="a verified TLS connection",
    )


@cache
def context(verify: bool, ca: str) -> ssl.SSLContext:
    """Return what TLS connections are made with: the public roots, and an own authority (PEM) beside them."""
    made = ssl.create_default_context(cafile=certifi.where())
    if ca:
        made.load_verify_locations(cadata=ca)
    if not verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made
