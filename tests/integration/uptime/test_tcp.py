"""The TCP probe against real servers, good and hostile."""

import socket
import threading
import time
from contextlib import ExitStack

import pytest
import trustme

from caretaker.core.network.resolver import Resolver
from caretaker.core.results import Severity, Status
from caretaker.core.targets.base import Level
from tests import servers
from tests.integration.uptime.seeing import QUICK, see, see_one, the_finding
from tests.samples import target, tcp_target
from tests.servers import Behaviour, certificate, pem, send, serve

GREETING = b"220 mail.example.com ESMTP Postfix\r\n"


def drip(connection: socket.socket, _: bytes) -> None:
    """Send a byte now and then, and never a whole line."""
    for _byte in range(100):
        connection.sendall(b"2")
        time.sleep(0.1)


def test_a_port_that_takes_connections_is_ok_and_measured() -> None:
    with serve(servers.hang, reads=False) as server:
        result = see_one(tcp_target(server.port))
    assert result.status is Status.OK
    assert result.where == f"tcp://127.0.0.1:{server.port}"
    assert result.measurements["address"] == "127.0.0.1"
    assert {"seconds", "dns", "connect", "tls"} <= set(result.measurements)


def test_the_banner_may_be_a_pattern() -> None:
    with serve(send(GREETING), reads=False) as server:
        assert see_one(tcp_target(server.port, banner="220 *ESMTP*")).status is Status.OK
        assert see_one(tcp_target(server.port, banner="220 mail.example.com ESMTP Postfix")).status is Status.OK


def test_another_banner_is_quoted_beside_the_expected_one() -> None:
    with serve(send(b"554 go away\r\n220 later\r\n"), reads=False) as server:
        finding = the_finding(see_one(tcp_target(server.port, banner="220 *")))
    assert finding.code == "banner-mismatch"
    assert finding.message == f"127.0.0.1:{server.port} says “554 go away”, expected “220 *”"
    assert finding.severity is Severity.CRITICAL


BROKEN: list[tuple[str, Behaviour]] = [
    ("timeout", servers.hang),
    ("timeout", drip),
    ("connection-reset", send(b"")),
    ("connection-reset", servers.reset),
    ("banner-mismatch", send(b"x" * 1_000_000)),
    ("banner-mismatch", send(b"\xff\xfe\x00\r\n")),
]


@pytest.mark.parametrize(("code", "behaviour"), BROKEN)
def test_a_server_that_greets_badly_is_named_in_time(code: str, behaviour: Behaviour) -> None:
    with serve(behaviour, reads=False) as server:
        before = time.monotonic()
        finding = the_finding(see_one(tcp_target(server.port, banner="220 *", timeout=QUICK)))
    assert time.monotonic() - before < QUICK + 5
    assert finding.code == code
    assert f"127.0.0.1:{server.port}" in finding.message
    assert finding.fix
    assert finding.measured
    assert finding.limit


def test_a_refused_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert the_finding(see_one(tcp_target(port))).code == "connection-refused"


def test_a_full_backlog_is_no_connection_in_time() -> None:
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        result = see_one(tcp_target(listener.getsockname()[1], timeout=QUICK))
    assert the_finding(result).code == "connect-timeout"


def test_a_name_that_does_not_resolve_is_named() -> None:
    finding = the_finding(see_one(tcp_target(25, host="nowhere.invalid")))
    assert finding.code == "dns-failure"
    assert "nowhere.invalid" in finding.message


def test_tls_is_verified_with_the_own_authority() -> None:
    ca = trustme.CA()
    with serve(send(GREETING), certificate(ca, "127.0.0.1"), reads=False) as server:
        assert see_one(tcp_target(server.port, tls=True, ca=pem(ca), banner="220*")).status is Status.OK
        assert the_finding(see_one(tcp_target(server.port, tls=True))).code == "tls-failure"
        assert see_one(tcp_target(server.port, tls=True, verify_tls=False)).status is Status.OK


def test_the_certificate_may_be_for_another_name() -> None:
    ca = trustme.CA()
    with serve(servers.hang, certificate(ca, "mq.example.com"), reads=False) as server:
        good = tcp_target(server.port, tls=True, ca=pem(ca), server_name="mq.example.com")
        assert see_one(good).status is Status.OK
        finding = the_finding(see_one(tcp_target(server.port, tls=True, ca=pem(ca))))
    assert finding.code == "tls-failure"
    assert "its certificate is for another name" in finding.message


@pytest.mark.parametrize("behaviour", [servers.hang, send(b"220 plain\r\n"), servers.reset])
def test_a_server_without_tls_is_told_in_time(behaviour: Behaviour) -> None:
    with serve(behaviour, reads=False) as server:
        finding = the_finding(see_one(tcp_target(server.port, tls=True, timeout=QUICK)))
    assert finding.code in ("tls-failure", "timeout", "connection-reset")


def test_a_late_greeting_is_slow() -> None:
    def later(connection: socket.socket, _: bytes) -> None:
        time.sleep(0.3)
        connection.sendall(GREETING)

    with serve(later, reads=False) as server:
        slow = tcp_target(server.port, banner="220 *", slow=(Level(0.1, Severity.HIGH),))
        finding = the_finding(see_one(slow))
    assert (finding.code, finding.severity) == ("slow", Severity.HIGH)


def test_hanging_servers_delay_nobody() -> None:
    with serve(servers.hang, reads=False) as hanging, serve(send(GREETING), reads=False) as good:
        targets = [
            *(tcp_target(hanging.port, name=f"h{n}", banner="220 *", timeout=QUICK) for n in range(50)),
            *(tcp_target(good.port, name=f"g{n}", banner="220 *") for n in range(250)),
        ]
        before = time.monotonic()
        results = see(*targets)
    assert time.monotonic() - before < 15
    assert [the_finding(result).code for result in results[:50]] == ["timeout"] * 50
    assert {result.status for result in results[50:]} == {Status.OK}


def test_what_the_deadline_leaves_no_time_for_is_unknown() -> None:
    with serve(servers.hang, reads=False) as server:
        targets = [tcp_target(server.port, name=f"t{n}", banner="220 *") for n in range(80)]
        results = see(*targets, seconds=0.3)
    assert {result.status for result in results} == {Status.UNKNOWN}


def test_kinds_of_targets_are_looked_at_at_once() -> None:
    with serve(servers.reply()) as web, serve(send(GREETING), reads=False) as mail:
        results = see(target(url=web.url()), tcp_target(mail.port, banner="220 *"))
    assert [result.status for result in results] == [Status.OK, Status.OK]


def test_a_look_that_fails_by_itself_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect that knows pa55word")

    monkeypatch.setattr("functions.uptime.probes.tcp._banner", broken)
    with serve(servers.hang, reads=False) as server:
        bad, good = see(tcp_target(server.port, banner="x"), tcp_target(server.port, name="other"))
    assert bad.status is Status.UNKNOWN
    assert bad.summary == "the look failed by itself: RuntimeError"
    assert good.status is Status.OK


def drip_of_a_handshake(connection: socket.socket, _: bytes) -> None:
    for byte in b"\x16\x03\x03\x40\x00" + b"\2" * 100:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def endless_line(connection: socket.socket, _: bytes) -> None:
    while True:
        connection.sendall(b"a" * 65536)


@pytest.mark.parametrize(
    ("behaviour", "tls", "code"),
    [
        (drip, False, "timeout"),
        (drip_of_a_handshake, True, "timeout"),
        (servers.send_and_hang(b"\x16\x03\x03\xff\xff" + b"\0" * 70_000), True, "tls-failure"),
        (endless_line, True, "tls-failure"),
        (endless_line, False, "banner-mismatch"),
        (send(b"220 \0\x1b[2J\xff\xe2\x80\xae\r\n"), False, "banner-mismatch"),
        (send(b"\n" * 5000), False, "banner-mismatch"),
    ],
)
def test_a_port_that_means_harm_is_given_up_in_time_and_shown_harmlessly(
    behaviour: Behaviour, tls: bool, code: str
) -> None:
    with serve(behaviour, reads=False) as server:
        before = time.monotonic()
        finding = the_finding(see_one(tcp_target(server.port, tls=tls, banner="220 mail*", timeout=QUICK)))
    assert time.monotonic() - before < QUICK + 5
    assert finding.code == code
    assert finding.message.isprintable()
    assert len(finding.message) < 600


def test_a_name_that_stalls_is_said_and_leaves_no_thread_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()

    def stall(*_: object) -> tuple[tuple[str, ...], str]:
        answer.wait(5)
        return (), "too late"

    monkeypatch.setattr(Resolver, "_ask", stall)
    finding = the_finding(see_one(tcp_target(1, host="stall.test", timeout=0.3)))
    assert (finding.code, finding.message) == ("dns-failure", "stall.test does not resolve: no answer within 0.3 s")
    answer.set()
    for thread in [one for one in threading.enumerate() if one.name == "resolver"]:
        thread.join(2)
        assert not thread.is_alive()
