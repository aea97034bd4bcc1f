"""A name server on loopback that answers, or fails to, as a test wants."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Answer = Callable[[dns.message.Message], bytes | None]


@dataclass
class NameServer:
    """Where it listens, UDP and TCP, and over which of them it was asked."""

    address: str
    asked: list[str] = field(default_factory=list)


@contextmanager
def name_server(answer: Answer, over_tcp: Answer | None = None) -> Iterator[NameServer]:
    """Serve on a free port; ``answer`` makes of a query the bytes to send, None for silence."""
    udp, tcp = _listening()
    server = NameServer(f"127.0.0.1:{udp.getsockname()[1]}")

    def serve_udp() -> None:
        while True:
            try:
                data, peer = udp.recvfrom(65535)
                server.asked.append("udp")
                said = answer(dns.message.from_wire(data))
                if said is not None:
                    udp.sendto(said, peer)
            except OSError:
                return

    def serve_tcp() -> None:
        while True:
            try:
                connection, _ = tcp.accept()
            except OSError:
                return
            with connection:
                length = int.from_bytes(connection.recv(2), "big")
                server.asked.append("tcp")
                said = (over_tcp or answer)(dns.message.from_wire(connection.recv(length)))
                if said is not None:
                    connection.sendall(len(said).to_bytes(2, "big") + said)

    for serve in (serve_udp, serve_tcp):
        threading.Thread(target=serve, daemon=True).start()
    try:
        yield server
    finally:
        udp.close()
        tcp.shutdown(socket.SHUT_RDWR)
        tcp.close()


def _listening() -> tuple[socket.socket, socket.socket]:
    """Return sockets for UDP and TCP with the same port; somebody else may have it for one of the two."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        try:
            return udp, socket.create_server(udp.getsockname())
        except OSError:
            udp.close()


def records(*texts: str, kind: str = "A") -> Answer:
    """Return an answer with these records."""

    def answer(query: dns.message.Message) -> bytes:
        reply = dns.message.make_response(query)
        if texts:
            reply.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", kind, *texts))
        return reply.to_wire(max_size=65535)

    return answer


def refusal(code: dns.rcode.Rcode) -> Answer:
    """Return an answer without records and with this code."""

    def answer(query: dns.message.Message) -> bytes:
        reply = dns.message.make_response(query)
        reply.set_rcode(code)
        return reply.to_wire()

    return answer


def truncated(query: dns.message.Message) -> bytes:
    """Answer that the answer does not fit."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.TC
    return reply.to_wire()
