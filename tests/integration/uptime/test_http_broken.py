"""Servers that are broken, hang or are hostile, looked at over HTTP: each defect by its code."""

import gzip
import socket
from contextlib import ExitStack

import pytest

from caretaker.core.results import Status
from tests import servers
from tests.integration.uptime.seeing import QUICK, see_one, the_finding
from tests.samples import target
from tests.servers import Behaviour, reply, send, serve

BROKEN: list[tuple[str, Behaviour, bool]] = [
    ("timeout", servers.hang, True),
    ("timeout", servers.send_and_hang(b"HTTP/1.1 200 OK\r\nContent-Le"), True),
    ("timeout", servers.send_and_hang(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), True),
    ("incomplete-body", send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"), True),
    ("incomplete-body", send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe"), True),
    ("incomplete-body", send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!"), True),
    ("connection-reset", send(b""), True),
    ("connection-reset", servers.reset, True),
    ("not-http", send(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"), False),
    ("not-http", send(b"220 mail.example.com ESMTP\r\n"), True),
    ("body-too-large", servers.endless, True),
]


@pytest.mark.parametrize(("code", "behaviour", "reads"), BROKEN)
def test_a_broken_server_is_named_with_its_address_and_a_fix(code: str, behaviour: Behaviour, reads: bool) -> None:
    with serve(behaviour, reads=reads) as server:
        result = see_one(target(url=server.url(), timeout=QUICK))
    finding = the_finding(result)
    assert finding.code == code
    assert result.status is Status.DOWN
    assert f"127.0.0.1:{server.port}" in finding.message
    assert finding.fix
    assert finding.measured
    assert finding.limit


def test_headers_that_break_off_are_an_incomplete_answer() -> None:
    with serve(send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Half: ")) as server:
        result = see_one(target(url=server.url(), timeout=QUICK))
    assert the_finding(result).code in ("incomplete-body", "connection-reset")
    assert result.status is Status.DOWN


def test_a_flood_of_headers_ends() -> None:
    flood = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(2000)) + b"\r\n"
    with serve(send(flood)) as server:
        assert see_one(target(url=server.url())).status is Status.DOWN


def test_a_refused_port_is_named_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    finding = the_finding(see_one(target(url=f"http://localhost:{port}/")))
    assert finding.code == "connection-refused"
    assert f"localhost:{port} (127.0.0.1)" in finding.message


def test_a_name_that_does_not_resolve_is_named() -> None:
    finding = the_finding(see_one(target(url="https://no-such-host.invalid/")))
    assert finding.code == "dns-failure"
    assert "no-such-host.invalid" in finding.message


def test_a_server_that_takes_no_connections_is_a_connect_timeout() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        with ExitStack() as crowd:
            for _ in range(4):
                waiting = crowd.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(("127.0.0.1", port))
            finding = the_finding(see_one(target(url=f"http://127.0.0.1:{port}/", timeout=QUICK)))
    assert finding.code == "connect-timeout"


def test_a_gzip_bomb_stops_at_the_cap() -> None:
    bomb = gzip.compress(b"\0" * 200_000_000)
    with serve(reply(bomb, "200 OK", "Content-Encoding: gzip")) as server:
        result = see_one(target(url=server.url()))
    assert the_finding(result).code == "body-too-large"
    assert int(result.measurements["body_bytes"]) < 2_000_000
