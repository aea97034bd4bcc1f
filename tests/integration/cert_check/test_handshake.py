"""Whatever listens at a port: each look ends in time with one Result, its code, and a sentence that says what it is."""

import socket
import threading
import time

import pytest

from caretaker.core.network.line import Line
from caretaker.core.results import Status
from functions.cert_check.certificate import read
from functions.cert_check.handshake import Hello, shake
from tests.authority import new_key
from tests.integration.cert_check.seeing import LOWER, codes, see, see_one, seen_at, the_finding, tls
from tests.presenting import ONLY, Presenting, flight, presenting, raw
from tests.servers import Behaviour, endless, hang, reply, reset, send, send_and_hang, serve

LEAF = LOWER.issue()


@pytest.mark.parametrize("protocol", ONLY)
def test_a_server_is_looked_at_whatever_protocol_it_speaks(protocol: str) -> None:
    server = presenting(LOWER, sent=[LOWER.certificate], versions=ONLY[protocol])
    with serve(server, reads=False) as running:
        result = see_one(tls(running.port))
    old = {"no-modern-protocol", "old-protocol"} if protocol in ("TLSv1", "TLSv1.1") else set()
    assert (result.measurements["protocol"], result.measurements["presented"]) == (protocol, 2)
    assert codes(result) == old
    assert result.measurements["subject"] == "app.example.com"


def test_the_name_is_asked_for_as_dns_has_it() -> None:
    server = presenting(LOWER)
    with serve(server, reads=False) as running:
        shake(Line("127.0.0.1", running.port, 5), Hello("bücher.Example."))
        shake(Line("127.0.0.1", running.port, 5), Hello("192.0.2.1"))
        shake(Line("127.0.0.1", running.port, 5), Hello("2001:db8::1"))
    assert server.asked == [b"xn--bcher-kva.example", None, None]


def test_a_stapled_answer_is_kept() -> None:
    server = presenting(LOWER)
    server.stapled = said = LOWER.answer(read(server.chain[0]))
    with serve(server, reads=False) as running:
        assert shake(Line("127.0.0.1", running.port, 5), Hello("app.example.com")).stapled == said
        server.stapled = b""
        assert shake(Line("127.0.0.1", running.port, 5), Hello("app.example.com")).stapled == b""


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.2", "TLSv1.3"])
def test_a_server_that_wants_a_certificate_of_ours_has_shown_its_own(protocol: str) -> None:
    server = presenting(LOWER, sent=[LOWER.certificate], versions=ONLY[protocol], wants_ours=True)
    with serve(server, reads=False) as running:
        result = see_one(tls(running.port))
    assert result.measurements["protocol"] == protocol
    assert "handshake-failed" not in codes(result)
    assert "bad-chain" not in codes(result)


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        (reply(), "it does not speak TLS on this port"),
        (send_and_hang(b"SSH-2.0-OpenSSH_9.6\r\n"), "it does not speak TLS on this port"),
        (send(b"220 mail.example.com ESMTP\r\n"), "it does not speak TLS on this port"),
        (send(b""), "it closed the connection during the handshake"),
        (reset, "it closed the connection during the handshake"),
        (hang, "did not finish the TLS handshake within 0.5 s"),
        (send(bytes(100_000)), "it does not speak TLS on this port"),
        (endless, "it does not speak TLS on this port"),
        (send(b"\x15\x03\x03\0\2\2\x70"), "tlsv1 unrecognized name"),
        (send_and_hang(raw(LEAF.der)), "unexpected message"),
        (send_and_hang(raw()), "length mismatch"),
        (
            send_and_hang(raw(*[LOWER.certificate.der] * 23_000)),
            "it sends more than the 100 kB of certificates that clients take",
        ),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_what_is_no_handshake_is_said_in_words(behaviour: Behaviour, sentence: str) -> None:
    finding = seen_at(behaviour)
    assert finding.code == "handshake-failed"
    assert sentence in finding.message


def test_who_sends_ten_megabytes_in_a_real_handshake_is_cut_off() -> None:
    key = new_key()
    server = Presenting(chain=[LOWER.issue(key=key).der, *[LOWER.certificate.der] * 300], key=key)
    with serve(server, reads=False) as running:
        assert "more than the 100 kB" in see_one(tls(running.port)).summary


def test_one_byte_at_a_time_is_waited_for_no_longer_than_anything_else() -> None:
    def drip(connection: socket.socket, _: bytes) -> None:
        for byte in b"\x16\x03\x03\x40\0" + bytes(1000):
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    assert "did not finish the TLS handshake within 0.5 s" in seen_at(drip).message


def test_records_without_an_end_are_not_read_without_an_end() -> None:
    def flood(connection: socket.socket, _: bytes) -> None:
        while True:
            connection.sendall(b"\x16\x03\x03\0\0" * 1000)

    assert seen_at(flood).code == "handshake-failed"


@pytest.mark.parametrize("protocol", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("ends", [hang, reset, send(b"")], ids=["hangs", "resets", "closes"])
def test_a_handshake_may_break_off_at_any_byte(protocol: str, ends: Behaviour) -> None:
    server = presenting(LOWER, versions=ONLY[protocol])
    lock, positions = threading.Lock(), iter(range(0, 2000, 11))

    def break_off(connection: socket.socket, head: bytes) -> None:
        said = flight(server, connection.recv(4096))
        with lock:
            position = next(positions)
        # The last message is left out: in TLS 1.3 the client needs nothing more than that.
        connection.sendall(said[: min(position, len(said) - 1)])
        ends(connection, head)

    with serve(break_off, reads=False) as running:
        began = time.monotonic()
        results = see(*(tls(running.port, name=f"app{number}", timeout=0.6) for number in range(90)))
        assert time.monotonic() - began < 8
    assert {finding.code for result in results for finding in result.findings} == {"handshake-failed"}


@pytest.mark.parametrize(
    ("host", "sentence"),
    [("nowhere.invalid", "nowhere.invalid does not resolve"), ("127.0.0.1", "refused the connection")],
)
def test_where_there_is_no_connection_the_endpoint_is_unreachable(host: str, sentence: str) -> None:
    with serve(hang) as closed:
        port = closed.port
    result = see_one(tls(port, host=host))
    finding = the_finding(result)
    assert (finding.code, result.status) == ("unreachable", Status.DOWN)
    assert sentence in finding.message
    assert result.measurements["failure"] in ("dns-failure", "connection-refused")


def test_a_name_that_is_looked_up_too_long_ends_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr("caretaker.core.network.resolver.Resolver._ask", lambda *_: over.wait(5) and ((), ""))
    began = time.monotonic()
    finding = the_finding(see_one(tls(443, host="slow.example.com", timeout=0.3)))
    over.set()
    assert time.monotonic() - began < 4
    assert (finding.code, finding.message) == (
        "unreachable",
        "slow.example.com does not resolve: no answer within 0.3 s",
    )


def test_a_server_from_before_secure_renegotiation_is_judged_too() -> None:
    assert "unexpected message" in seen_at(send_and_hang(raw(LEAF.der, extensions=b""))).message
