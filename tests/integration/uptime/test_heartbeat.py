"""The heartbeat: somebody outside hears how runs go; what goes wrong with that fails no run and is one line of log."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from caretaker.core import telemetry
from caretaker.core.secrets import Reference, SecretUnavailable
from functions.uptime import heartbeat
from functions.uptime.heartbeat import beating
from tests.servers import Server, hang, reply, serve

REFERENCE = Reference("ssm", "caretaker/production/uptime/heartbeat")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(telemetry.logger, "warning", lambda message, **more: said.append({"message": message, **more}))
    return said


@contextmanager
def listening(status: str = "200 OK") -> Iterator[Server]:
    with serve(reply(status=status)) as server:
        yield server


def paths(server: Server) -> list[str]:
    return [request.split()[1].decode() for request in server.requests]


def unread(_: frozenset[Reference]) -> Mapping[Reference, str | SecretUnavailable]:
    return {}


def test_a_run_is_begun_and_ended(lines: list[dict[str, Any]]) -> None:
    with listening() as server:
        with beating(server.url("/ping/abc"), unread):
            assert paths(server) == ["/ping/abc/start"]

        assert paths(server) == ["/ping/abc/start", "/ping/abc"]
    assert lines == []


def test_a_run_that_cannot_be_carried_out_is_told_and_still_fails() -> None:
    with listening() as server:
        with pytest.raises(RuntimeError, match="no table"), beating(server.url("/ping/abc"), unread):
            raise RuntimeError("no table")

        assert paths(server) == ["/ping/abc/start", "/ping/abc/fail"]


def test_a_query_stays_behind_the_path() -> None:
    with listening() as server:
        with beating(server.url("/ping?create=1"), unread):
            pass

        assert paths(server) == ["/ping/start?create=1", "/ping?create=1"]


def test_the_address_may_be_a_secret() -> None:
    with listening() as server:
        with beating(str(REFERENCE), lambda wanted: dict.fromkeys(wanted, server.url("/ping/secret"))):
            pass

        assert paths(server) == ["/ping/secret/start", "/ping/secret"]


def test_nobody_is_asked_where_nobody_listens(lines: list[dict[str, Any]]) -> None:
    with beating("", unread):
        pass

    assert lines == []


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "500 Internal Server Error"])
def test_an_answer_that_is_no_yes_is_one_line_without_the_address(lines: list[dict[str, Any]], status: str) -> None:
    with listening(status) as server, beating(server.url("/ping/secret"), unread):
        pass

    [line] = lines
    assert line["metadata"] == {"reason": f"it answered {status[:3]}"}


def test_a_redirect_is_not_followed(lines: list[dict[str, Any]]) -> None:
    with listening() as elsewhere:
        to = f"Location: {elsewhere.url('/stolen')}"
        with serve(reply(b"", "302 Found", to)) as server, beating(server.url("/ping"), unread):
            pass

        assert elsewhere.requests == []


def test_a_listener_that_hangs_is_given_up_and_the_run_goes_on(
    lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "_PATIENCE", 100)
    done = []
    with serve(hang) as server, beating(server.url("/ping"), unread):
        done.append("the run")

    [line] = lines
    assert done == ["the run"]
    assert line["metadata"] == {"reason": "no answer (libcurl's error 28)"}


def test_a_listener_that_refuses_is_one_line(lines: list[dict[str, Any]]) -> None:
    with listening() as server:
        gone = server.url("/ping")
    with beating(gone, unread):
        pass

    assert len(lines) == 1


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://example.com/ping", "its address does not begin with https://"),
        ("file:///etc/passwd", "its address does not begin with https://"),
        ("http://[::1", "its address is no URL"),
        ("https://exämple.com/ping", "its address is no URL"),
    ],
)
def test_an_address_that_may_not_be_asked_is_one_line(lines: list[dict[str, Any]], address: str, reason: str) -> None:
    with beating(address, unread):
        pass

    [line] = lines
    assert line["metadata"] == {"reason": reason}


def test_a_secret_that_cannot_be_read_is_named_and_fails_nothing(lines: list[dict[str, Any]]) -> None:
    missing = SecretUnavailable("there is no parameter /caretaker/production/uptime/heartbeat: store it")

    with beating(str(REFERENCE), lambda wanted: dict.fromkeys(wanted, missing)):
        pass

    [line] = lines
    assert line["metadata"] == {"reason": str(missing)}
