"""The zoo, alive: every exhibit served on loopback, and the files that its certificates point to."""

import ssl
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Thread

from bench.certs.exhibits import exhibits
from bench.certs.exhibits.exhibit import Exhibit, Family
from tests.servers import serve

_VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


@dataclass(frozen=True)
class Served:
    """An exhibit at a port of 127.0.0.1."""

    exhibit: Exhibit
    port: int

    @property
    def host(self) -> str:
        """The name that it is asked for, as other programs want it written."""
        return self.exhibit.host if self.exhibit.host.isascii() else self.exhibit.host.encode("idna").decode()


def everything(exhibits: Iterable[Exhibit]) -> Iterable[Exhibit]:
    """Return all of them."""
    return exhibits


@contextmanager
def zoo(
    at: datetime, chosen: Callable[[Iterable[Exhibit]], Iterable[Exhibit]] = everything
) -> Iterator[Sequence[Served]]:
    """Serve all exhibits as they are at a time, or those that are chosen."""
    files: dict[str, bytes] = {}
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        address = stack.enter_context(_serve_files(files))
        shown = chosen(exhibit for exhibit in exhibits(Family(at, address)) if exhibit.servable)
        served = []
        for exhibit in shown:
            files.update(exhibit.files)
            server = stack.enter_context(serve(_answer, _context(exhibit, Path(folder, "served.pem"))))
            served.append(Served(exhibit, server.port))
        yield served


def _answer(connection: socket, head: bytes) -> None:
    connection.sendall(_ANSWER if head else b"")


def _context(exhibit: Exhibit, file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # weak keys and signatures are to be seen
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old protocols are to be seen too
        context.minimum_version, context.maximum_version = (_VERSIONS[name] for name in exhibit.protocols)
    file.write_text(exhibit.key + "".join(map(ssl.DER_cert_to_PEM_cert, exhibit.chain)), "ascii")
    context.load_cert_chain(file)
    return context


@contextmanager
def _serve_files(files: Mapping[str, bytes]) -> Iterator[str]:
    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = files.get(self.path.removeprefix("/"))
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing: the figures are what is read."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
