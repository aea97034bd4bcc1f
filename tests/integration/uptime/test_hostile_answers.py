"""Answers and targets that mean harm, or are out of the ordinary: one Result for each, and the others as ever."""

import json
import socket
import time
from dataclasses import replace
from typing import Any

import pytest

from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Severity, Status
from caretaker.core.targets.base import Level
from caretaker.core.targets.http import JsonExpectation
from functions.uptime.looking import look
from tests.integration.uptime.expecting import expecting, json_rule
from tests.integration.uptime.seeing import AT, see, see_one, the_finding
from tests.samples import target
from tests.servers import Behaviour, reply, send, serve

HUGE = b'{"a": ' + b"9" * 400 + b"}"


@pytest.mark.parametrize(
    ("body", "rule", "code"),
    [
        (b'{"a": "\\ud800"}', json_rule("a", ("matches", "^x")), "json-mismatch"),
        (b'{"a": "\\ud800"}', json_rule("a", ("equals", "x")), "json-mismatch"),
        (HUGE, json_rule("a", ("max", 80)), "json-limit"),
        (HUGE, json_rule("a", ("min", 80)), None),
        (b'{"a": [' + b"9" * 4300 + b"," + b"9" * 4300 + b"]}", json_rule("sum(a)", ("max", 80)), "json-limit"),
        (b'{"a": "x"}', json_rule("sum(a)", ("max", 1)), "json-mismatch"),
        (b'{"a": "x"}', json_rule("sum(a)", ("present", False)), "json-mismatch"),
        (b'{"a": [{"b": "x"}]}', json_rule("a[?b > `1`]", ("equals", [])), "json-mismatch"),
        (b'{"a": 1e999}', json_rule("ceil(a)", ("max", 1)), "json-mismatch"),
        (b'{"a": [1' + b"0" * 400 + b", 0.5]}", json_rule("avg(a)", ("max", 1)), "json-mismatch"),
        (b"{}", json_rule("length(a)", ("max", 1)), "json-missing"),
    ],
)
def test_values_out_of_the_ordinary_are_judged_and_can_be_written_down(
    body: bytes, rule: JsonExpectation, code: str | None
) -> None:
    with serve(reply(body)) as server:
        result = see_one(replace(expecting(json=(rule,)), url=server.url()))
    assert [finding.code for finding in result.findings] == ([code] if code else [])
    assert json.dumps(result.to_json(), ensure_ascii=False).encode()
    assert len(result.summary) < 300


@pytest.mark.parametrize("charset", ["undefined", "idna", "punycode", "zip", "unicode_escape", "x" * 9000, '"utf-8"'])
def test_a_charset_that_no_page_is_written_in_is_read_as_utf_8(charset: str) -> None:
    with serve(reply("grüß dich".encode(), "200 OK", f"Content-Type: text/html; charset={charset}")) as server:
        assert see_one(replace(expecting(contains=("grüß",)), url=server.url())).status is Status.OK


def test_a_charset_cannot_keep_the_checker_busy() -> None:
    body = b"-" + b"z9a8b7c6" * 100_000  # as punycode this takes the square of its length
    with serve(reply(body, "200 OK", "Content-Type: text/html; charset=punycode")) as server:
        before = time.monotonic()
        assert see_one(replace(expecting(contains=("z9a8",)), url=server.url())).status is Status.OK
    assert time.monotonic() - before < 10


def test_control_characters_of_an_answer_reach_no_message() -> None:
    with serve(reply('{"a": "\u202eevil\u009b2J"}'.encode())) as server:
        result = see_one(replace(expecting(json=(json_rule("a", ("equals", "x")),)), url=server.url()))
    assert result.summary.isprintable()
    assert "evil" in result.summary


def test_headers_that_end_in_the_middle_are_no_answer() -> None:
    with serve(send(b"HTTP/1.1 200 OK\r\nConte")) as server:
        finding = the_finding(see_one(target(url=server.url(), timeout=2.0)))
    assert finding.code == "incomplete-body"
    assert "inside its headers" in finding.message


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": (("X-Key", "s3cret\n"),)},
        {"headers": (("X-Key", "1\r\nEvil: s3cret"),)},
        {"auth": ("bearer", "s3cret\n")},
    ],
)
def test_a_header_with_a_line_break_is_never_sent(changes: dict[str, Any]) -> None:
    with serve(reply()) as server:
        bad, good = see(target(url=server.url(), **changes), target(name="good", url=server.url()))
        assert server.connections == 1
    assert (bad.status, good.status) == (Status.UNKNOWN, Status.OK)
    assert "line break" in bad.summary
    assert "s3cret" not in str(bad)


@pytest.mark.parametrize(
    "url", ["http://[bad/", "http://a b/", "http://faß.example/", "http://x%2ey/", "http://u:s3cret@h:p/"]
)
def test_an_address_that_is_none_costs_the_others_nothing(url: str) -> None:
    with serve(reply()) as server:
        targets = [target(name="bad", url=url), target(name="good", url=server.url())]
        for addresses in ("first", "all"):
            bad, good = see(*(replace(one, addresses=addresses) for one in targets))
            assert (bad.status, good.status) == (Status.UNKNOWN, Status.OK)
            assert bad.summary.startswith("could not look: it")
            assert "s3cret" not in str(bad)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "127.1", "0x7f.1", "[::ffff:0.0.0.0]", "localhost"],
)
def test_the_runtime_is_not_reached_by_any_spelling_of_loopback(host: str) -> None:
    with serve(reply()) as runtime:
        with serve(reply(b"", "302 Found", f"Location: http://{host}:{runtime.port}/")) as server:
            result = see_one(target(url=server.url(), timeout=2.0), runtime_api=f"127.0.0.1:{runtime.port}")
        assert runtime.connections == 0
    assert the_finding(result).code == "redirect-refused"


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/a b", b"/a%20b"),
        ("/caf\u00e9", b"/caf%C3%A9"),
        ("/a%20b?q=\u6771", b"/a%20b?q=%E6%9D%B1"),
        ("/x\\y|z", b"/x\\y|z"),
    ],
)
def test_a_redirect_is_read_as_browsers_read_it(location: str, asked: bytes) -> None:
    def behave(connection: socket.socket, head: bytes) -> None:
        if head.startswith(b"GET / "):
            connection.sendall(
                b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location.encode() + b"\r\n\r\n"
            )
        else:
            reply()(connection, head)

    with serve(behave) as server:
        assert see_one(target(url=server.url(), timeout=2.0)).status is Status.OK
        assert server.requests[1].split()[1] == asked


@pytest.mark.parametrize("location", ["http://127%2e0%2e0%2e1.example/", "http://fa\u00df.example/", "http://a;b/"])
def test_a_host_that_libcurl_might_read_in_another_way_is_refused(location: str) -> None:
    with serve(send(b"HTTP/1.1 302 Found\r\nLocation: " + location.encode() + b"\r\n\r\n")) as server:
        finding = the_finding(see_one(target(url=server.url(), timeout=2.0)))
    assert finding.code == "redirect-refused"
    assert "its host" in finding.message


def test_no_message_is_endless() -> None:
    location = "http://" + "x" * 90_000 + "%/"
    with serve(reply(b"", "302 Found", f"Location: {location}")) as server:
        finding = the_finding(see_one(target(url=server.url(), timeout=2.0)))
    assert len(finding.message) <= 1001


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_request_without_a_body_says_so(method: Any) -> None:
    with serve(reply()) as server:
        assert see_one(target(url=server.url(), method=method)).status is Status.OK
        assert server.requests[0].count(b"Content-Length: 0\r\n") == 1


def later(seconds: float) -> Behaviour:
    def behave(connection: socket.socket, head: bytes) -> None:
        time.sleep(seconds)
        reply()(connection, head)

    return behave


def test_a_slow_answer_is_not_hidden_by_what_the_checker_did_meanwhile() -> None:
    levels = (Level(0.6, Severity.MEDIUM),)
    with serve(reply()) as quick, serve(later(0.8)) as slow:
        targets = [replace(expecting(slow=levels), name="slow", url=slow.url())]
        targets += [replace(expecting(slow=levels), name=f"t{n}", url=quick.url()) for n in range(400)]
        results = see(*targets)
    assert [result.name for result in results if result.status is not Status.OK] == ["slow"]


def test_an_answer_that_came_while_the_checker_was_busy_is_no_timeout() -> None:
    with serve(reply()) as server:
        targets = [target(name=f"t{n}", url=server.url(), timeout=0.2) for n in range(4)]
        statuses = []
        for result in look(targets, Conditions(AT, time.monotonic() + 60)):
            statuses.append(result.status)
            end = time.monotonic() + 0.3
            while time.monotonic() < end:
                pass  # whoever reads the results is busy
    assert statuses == [Status.OK] * 4
