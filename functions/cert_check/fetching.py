"""Fetching what certificates point to, over HTTP.

* Whoever presents a certificate chooses its URLs: no address may be gone to, by a redirect neither, that
  ``caretaker.core.network.reach`` refuses, and no connection may lead to another address than the one that was checked.
* However much is sent, and however slowly: no more is taken than was asked for, and nothing is waited for after the
  deadline.
"""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Protocol

import pycurl

from caretaker import __version__
from caretaker.core.network.dialling import resolve
from caretaker.core.network.line import CONNECT_TIMEOUT, Line, Unreached
from caretaker.core.network.reach import Refused, check_addresses
from caretaker.core.network.urls import Place, UnusableUrl, place, shown

_USER_AGENT = f"Caretaker/{__version__} (certificate check)"
_MOST_REDIRECTS = 3
_LONGEST_NAME = 200  # characters of a URL that messages show
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REASONS = {
    pycurl.E_URL_MALFORMAT: "it is no valid address",
    pycurl.E_COULDNT_CONNECT: "no connection",
    pycurl.E_OPERATION_TIMEDOUT: "no complete answer in time",
    pycurl.E_GOT_NOTHING: "the connection was closed without an answer",
    pycurl.E_RECV_ERROR: "the connection was reset",
    pycurl.E_PARTIAL_FILE: "the answer broke off",
    pycurl.E_SSL_CONNECT_ERROR: "no TLS connection",
    pycurl.E_UNSUPPORTED_PROTOCOL: "the answer is not HTTP",
    pycurl.E_FTP_WEIRD_SERVER_REPLY: "the answer is not HTTP",
}


class Unfetched(Exception):
    """Nothing was fetched; the message says why."""


class Fetch(Protocol):
    """Fetches from an URL at most so many bytes; ``data`` is posted. Raises ``Unfetched``."""

    def __call__(self, url: str, *, most: int, data: bytes = b"") -> bytes:
        """Return the body of the answer."""


@dataclass(slots=True)
class _Body:
    """What has come in; libcurl's callback writes here, and must never raise."""

    most: int
    take: Callable[[int], bool]
    content: BytesIO = field(default_factory=BytesIO)
    refusal: str = ""

    def write(self, chunk: bytes) -> int | None:
        if self.content.tell() + len(chunk) > self.most:
            self.refusal = f"it is larger than {self.most:,} bytes"
        elif not self.take(len(chunk)):
            self.refusal = "too much was fetched in this run; it is asked again in the next one"
        else:
            self.content.write(chunk)
            return None
        return -1


def fetch(
    url: str,
    *,
    most: int,
    ends: float,
    reached_from: str,
    runtime_api: str,
    data: bytes = b"",
    take: Callable[[int], bool] = lambda _count: True,
) -> bytes:
    """Return what a URL leads to, at most so many bytes, before ``ends`` (``time.monotonic``); raise ``Unfetched``.

    ``reached_from`` is the address of the endpoint whose certificate names the URL. ``data`` is an OCSP request to be
    posted. ``take`` is asked about each part that comes in, by its bytes, and may refuse it.
    """
    body, where = _Body(most, take), named(url)
    for _ in range(1 + _MOST_REDIRECTS):
        try:
            to = place(url)
            addresses = _addresses(to, ends)
            check_addresses(reached_from, to, addresses, runtime_api)
            status, target = _exchange(url, to, addresses, ends, data, body)
        except Unfetched as error:
            raise Unfetched(f"{where}: {error}") from None
        except UnusableUrl as error:
            raise Unfetched(f"{where} cannot be used: {error}") from None
        except Unreached as error:
            raise Unfetched(f"{where}: {error.failure.message}") from None
        except Refused as refusal:
            raise Unfetched(f"{where} is not fetched: {refusal}") from None
        if status not in _REDIRECTS or not target:
            if status != 200:
                raise Unfetched(f"{where} answers with the HTTP status {status}")
            return body.content.getvalue()
        body.content = BytesIO()
        where = f"{where.partition(', redirected')[0]}, redirected to {named(target)},"
        url, data = target, b"" if status == 303 else data
    raise Unfetched(f"{where.partition(', redirected')[0]}: still redirected after {_MOST_REDIRECTS} redirects")


def named(url: str) -> str:
    """Return a URL that strangers have chosen as messages name it."""
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in shown(url[:1000]))
    return plain if len(plain) <= _LONGEST_NAME else plain[: _LONGEST_NAME - 1] + "…"


def _addresses(to: Place, ends: float) -> tuple[str, ...]:
    if to.literal is not None:
        return (str(to.literal),)
    return resolve(Line(to.host, to.port, _left(ends)), "any")


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise Unfetched("no time was left")
    return left


def _exchange(
    url: str, to: Place, addresses: tuple[str, ...], ends: float, data: bytes, body: _Body
) -> tuple[int, str]:
    """Return the status of the answer, and the URL that it redirects to."""
    milliseconds = max(1, int(_left(ends) * 1000))
    curl = pycurl.Curl()
    try:
        _prepare(curl, url, to, addresses, data)
        curl.setopt(pycurl.TIMEOUT_MS, milliseconds)
        curl.setopt(pycurl.WRITEFUNCTION, body.write)
        curl.perform()
        target = curl.getinfo_raw(pycurl.REDIRECT_URL) or b""
        return curl.getinfo(pycurl.RESPONSE_CODE), target.decode("ascii", "replace")
    except pycurl.error as error:
        code = int(error.args[0])
        reason = body.refusal or _REASONS.get(code, f"the exchange failed (libcurl's error {code})")
        raise Unfetched(reason) from None
    except ValueError:  # a null byte, or half a character
        raise Unfetched("it is no valid address") from None
    finally:
        curl.close()


def _prepare(curl: pycurl.Curl, url: str, to: Place, addresses: tuple[str, ...], data: bytes) -> None:
    def connect(_purpose: int, address: tuple[int, int, int, tuple[str, int]]) -> socket.socket | int:
        family, kind, protocol, (host, *_) = address
        return socket.socket(family, kind, protocol) if host in addresses else pycurl.SOCKET_BAD

    option = curl.setopt
    option(pycurl.URL, url.encode("utf-8"))
    option(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    option(pycurl.NOSIGNAL, 1)
    option(pycurl.PROXY, "")
    option(pycurl.USERAGENT, _USER_AGENT)
    option(pycurl.CONNECTTIMEOUT_MS, int(CONNECT_TIMEOUT * 1000))
    option(pycurl.OPENSOCKETFUNCTION, connect)
    if to.literal is None:
        known = ",".join(f"[{address}]" if ":" in address else address for address in addresses)
        option(pycurl.RESOLVE, [f"{to.host}:{to.port}:{known}"])
    # What is fetched is signed, or believed in nothing: who the server is does not matter, and a private CA's own
    # server could not prove it.
    option(pycurl.SSL_VERIFYPEER, 0)
    option(pycurl.SSL_VERIFYHOST, 0)
    if data:
        option(pycurl.POSTFIELDS, data)
        option(pycurl.HTTPHEADER, ["Content-Type: application/ocsp-request"])
