"""One HTTP exchange on a libcurl handle of its own: its options, its answer, its timings."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pycurl

from caretaker import __version__
from caretaker.core.network.line import CONNECT_TIMEOUT
from functions.uptime.answer import Answer
from functions.uptime.http_request import Request

USER_AGENT = f"Caretaker/{__version__} (uptime check)"
_MOST_HEADER_BYTES = 100_000
# Without the post-quantum key share of OpenSSL's default, which would be a third of the CPU of a look.
_CURVES = "X25519:P-256:P-384:P-521"
# The smallest of the ciphers that every server of TLS 1.3 has comes first: its hash costs least.
_CIPHERS = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_VERSIONS = {
    pycurl.CURL_HTTP_VERSION_1_0: "1.0",
    pycurl.CURL_HTTP_VERSION_1_1: "1.1",
    pycurl.CURL_HTTP_VERSION_2_0: "2",
    pycurl.CURL_HTTP_VERSION_3: "3",
}


@dataclass(slots=True)
class Received:
    """What has come in so far; libcurl's callbacks write here, and must never raise."""

    most_body: int
    lines: list[bytes] = field(default_factory=list)
    header_bytes: int = 0
    chunks: list[bytes] = field(default_factory=list)
    body_bytes: int = 0
    too_large: bool = False
    head_is_complete: bool = False

    def header(self, line: bytes) -> int | None:
        """Take a header line; refuse more of them than anybody needs."""
        if line.startswith(b"HTTP/"):
            self.lines.clear()  # what came before was an interim answer (1xx)
            self.head_is_complete = False
        elif not line.strip():
            self.head_is_complete = True
        self.lines.append(line)
        self.header_bytes += len(line)
        return None if self.header_bytes <= _MOST_HEADER_BYTES else -1

    def body(self, chunk: bytes) -> int | None:
        """Take a part of the decoded body; stop the transfer when there is too much of it."""
        self.body_bytes += len(chunk)
        if self.body_bytes > self.most_body:
            self.too_large = True
            return -1
        self.chunks.append(chunk)
        return None

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The header fields, their names in lower case."""
        fields = (line.decode("latin-1").partition(":") for line in self.lines[1:])
        return tuple((name.strip().lower(), value.strip()) for name, colon, value in fields if colon)


@dataclass(frozen=True, slots=True)
class Timings:
    """The phases of an exchange in seconds, and where it went."""

    connect: float
    tls: float
    first_byte: float
    total: float
    address: str
    http_version: str

    def moments(self, end: float) -> list[float]:
        """Return when each phase was over, from when the last one was."""
        connected = end - self.total + self.connect
        secured = connected + self.tls
        return [connected, secured, secured + self.first_byte, end]


def prepare(
    curl: pycurl.Curl,
    request: Request,
    addresses: Sequence[str],
    received: Received,
    *,
    ca_file: str,
    verify: bool,
    seconds: float,
) -> None:
    """Set a handle up for one exchange on a new connection, which must be over after these seconds."""
    to = request.place
    option = curl.setopt
    option(pycurl.URL, request.url.encode("utf-8"))
    option(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    option(pycurl.NOSIGNAL, 1)
    option(pycurl.PROXY, "")
    option(pycurl.FRESH_CONNECT, 1)
    option(pycurl.FORBID_REUSE, 1)
    option(pycurl.SSL_SESSIONID_CACHE, 0)
    option(pycurl.USERAGENT, USER_AGENT)
    option(pycurl.ACCEPT_ENCODING, "")
    option(pycurl.TIMEOUT_MS, max(1, int(seconds * 1000)))
    option(pycurl.CONNECTTIMEOUT_MS, max(1, int(min(seconds, CONNECT_TIMEOUT) * 1000)))
    option(pycurl.HEADERFUNCTION, received.header)
    option(pycurl.WRITEFUNCTION, received.body)
    if to.literal is None:
        known = ",".join(f"[{address}]" if ":" in address else address for address in addresses)
        option(pycurl.RESOLVE, [f"{to.host}:{to.port}:{known}"])
    if to.scheme == "https":
        option(pycurl.CAINFO, ca_file)
        option(pycurl.SSL_EC_CURVES, _CURVES)
        option(pycurl.TLS13_CIPHERS, _CIPHERS)
        if not verify:
            option(pycurl.SSL_VERIFYPEER, 0)
            option(pycurl.SSL_VERIFYHOST, 0)
    _method(curl, request)


def _method(curl: pycurl.Curl, request: Request) -> None:
    if request.method == "HEAD":
        curl.setopt(pycurl.NOBODY, 1)
    elif request.body:
        curl.setopt(pycurl.POSTFIELDS, request.body.encode())
        curl.setopt(pycurl.CUSTOMREQUEST, request.method)
    elif request.method != "GET":
        curl.setopt(pycurl.CUSTOMREQUEST, request.method)
    headers = [header.encode("utf-8") for header in request.headers]
    if request.method in _WITH_BODY and not request.body:
        headers.append(b"Content-Length: 0")  # without it many a proxy answers 411 (RFC 9110, 8.6)
    if headers:
        curl.setopt(pycurl.HTTPHEADER, headers)


def timings(curl: pycurl.Curl) -> Timings:
    """Return how long the phases of a finished exchange took."""
    connected = curl.getinfo(pycurl.CONNECT_TIME)
    secured = curl.getinfo(pycurl.APPCONNECT_TIME)
    first = curl.getinfo(pycurl.STARTTRANSFER_TIME)
    return Timings(
        connect=max(0.0, connected - curl.getinfo(pycurl.NAMELOOKUP_TIME)),
        tls=max(0.0, secured - connected),
        first_byte=max(0.0, first - max(connected, secured)),
        total=curl.getinfo(pycurl.TOTAL_TIME),
        address=curl.getinfo(pycurl.PRIMARY_IP),
        http_version=_VERSIONS.get(curl.getinfo(pycurl.INFO_HTTP_VERSION), ""),
    )


def answer(curl: pycurl.Curl, received: Received, seconds: float) -> Answer:
    """Return the answer of a finished exchange."""
    return Answer(curl.getinfo(pycurl.RESPONSE_CODE), received.headers, b"".join(received.chunks), seconds)
