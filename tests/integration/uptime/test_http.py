"""The HTTP probe against a good server: what is sent, and what is measured."""

import socket

import pytest

from caretaker.core.results import Status
from tests.integration.uptime.seeing import see, see_one
from tests.samples import target
from tests.servers import reply, serve


def test_a_good_answer_is_ok_and_measured() -> None:
    with serve(reply()) as server:
        result = see_one(target(url=server.url()))
    assert result.status is Status.OK
    assert result.measurements["status_code"] == 200
    assert result.measurements["address"] == "127.0.0.1"
    assert result.measurements["http_version"] == "1.1"
    assert 0 < float(result.measurements["seconds"]) < 5
    assert {"dns", "connect", "tls", "first_byte"} <= set(result.measurements)


def test_each_look_has_a_connection_of_its_own() -> None:
    with serve(reply()) as server:
        see(*(target(name=f"t{number}", url=server.url()) for number in range(5)))
        assert server.connections == 5


def head_only(connection: socket.socket, head: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\nConnection: close\r\n\r\n")


def test_head_asks_for_no_body() -> None:
    with serve(head_only) as server:
        assert see_one(target(url=server.url(), method="HEAD")).status is Status.OK
        assert server.requests[0].startswith(b"HEAD ")


def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serve(reply()) as server:
        assert see_one(target(url=server.url())).status is Status.OK
