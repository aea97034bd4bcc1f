"""The HTTP probe against real servers, good and hostile: each defect by its code."""

import gzip
import json
import socket
import time
import zlib
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import trustme

from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Severity, Status
from caretaker.core.secrets import Redactor
from caretaker.core.targets.base import Level
from caretaker.core.targets.conditions import Condition
from caretaker.core.targets.http import HeaderExpectation, HttpTarget, JsonExpectation
from functions.uptime.looking import look
from tests import servers
from tests.integration.uptime.seeing import AT, see, see_one, the_finding
from tests.samples import EXPECT, target
from tests.servers import Behaviour, reply, send, serve

QUICK = 0.6  # seconds: the timeout of targets whose server hangs


def expecting(**changes: Any) -> HttpTarget:
    return target(expect=replace(EXPECT, **changes))


def json_rule(path: str, *conditions: tuple[str, Any]) -> JsonExpectation:
    made = (Condition(kind, value, Severity.MEDIUM) for kind, value in conditions)  # type: ignore[arg-type] # literals
    return JsonExpectation(path, tuple(made))


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


def test_a_compressed_body_is_read() -> None:
    body = zlib.compress(b'{"status": "healthy"}')
    with serve(reply(body, "200 OK", "Content-Encoding: deflate")) as server:
        one = expecting(json=(json_rule("status", ("equals", "healthy")),))
        assert see_one(replace(one, url=server.url())).status is Status.OK


@pytest.mark.parametrize(
    ("names", "details", "own_ca", "words"),
    [
        (["other.example"], {}, True, "another name"),
        (["127.0.0.1"], {"not_after": datetime.now(UTC) - timedelta(days=1)}, True, "expired"),
        (["127.0.0.1"], {"not_before": datetime.now(UTC) + timedelta(days=1)}, True, "not valid yet"),
        (["127.0.0.1"], {}, False, "no trusted root"),
    ],
)
def test_a_bad_certificate_is_a_tls_failure_with_its_reason(
    names: list[str], details: dict[str, Any], own_ca: bool, words: str
) -> None:
    ca = trustme.CA()
    with serve(reply(), servers.certificate(ca, *names, **details)) as server:
        one = target(url=server.url(scheme="https"), ca=servers.pem(ca) if own_ca else "")
        finding = the_finding(see_one(one))
        assert finding.code == "tls-failure"
        assert words in finding.message
        assert see_one(replace(one, verify_tls=False)).status is Status.OK


def test_a_certificate_of_an_own_ca_is_verified_with_it() -> None:
    ca = trustme.CA()
    with serve(reply(), servers.certificate(ca, "localhost")) as server:
        one = target(url=server.url(scheme="https", host="localhost"), ca=servers.pem(ca))
        result = see_one(one)
    assert result.status is Status.OK
    assert float(result.measurements["tls"]) > 0


def test_plain_http_on_a_tls_look_is_said() -> None:
    with serve(send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), reads=False) as server:
        finding = the_finding(see_one(target(url=server.url(scheme="https"), timeout=2.0)))
    assert finding.code == "tls-failure"
    assert "does not speak TLS" in finding.message


def test_redirects_are_followed_and_counted() -> None:
    def behave(connection: socket.socket, head: bytes) -> None:
        if head.startswith(b"GET /end"):
            return reply()(connection, head)
        return reply(b"", "302 Found", "Location: /end")(connection, head)

    with serve(behave) as server:
        result = see_one(target(url=server.url()))
        assert result.status is Status.OK
        assert result.measurements["redirects"] == 1
        off = see_one(target(url=server.url(), follow_redirects=False))
        assert the_finding(off).code == "http-status"


def test_a_redirect_loop_ends_after_ten() -> None:
    with serve(reply(b"", "301 Moved", "Location: /")) as server:
        finding = the_finding(see_one(target(url=server.url())))
        assert finding.code == "too-many-redirects"
        assert server.connections == 11


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "file"),
        ("gopher://127.0.0.1/", "gopher"),
        ("http://169.254.169.254/latest/meta-data/", "link-local"),
        ("http://[::ffff:169.254.169.254]/", "link-local"),
        ("http://[broken/", "cannot be followed"),
    ],
)
def test_an_unsafe_redirect_is_refused(location: str, words: str) -> None:
    with serve(reply(b"", "302 Found", f"Location: {location}")) as server:
        finding = the_finding(see_one(target(url=server.url(), timeout=QUICK)))
    assert finding.code == "redirect-refused"
    assert words in finding.message


def test_a_redirect_to_the_runtime_of_the_function_is_refused() -> None:
    with serve(reply()) as runtime, serve(reply(b"", "302 Found", f"Location: {runtime.url()}")) as server:
        result = see_one(target(url=server.url()), runtime_api=f"127.0.0.1:{runtime.port}")
        assert the_finding(result).code == "redirect-refused"
        assert runtime.connections == 0


def test_a_redirect_from_https_to_http_is_refused() -> None:
    ca = trustme.CA()
    with serve(reply()) as plain:
        tls = servers.certificate(ca, "127.0.0.1")
        with serve(reply(b"", "302 Found", f"Location: {plain.url()}"), tls) as server:
            result = see_one(target(url=server.url(scheme="https"), ca=servers.pem(ca)))
        assert the_finding(result).code == "redirect-refused"
        assert plain.connections == 0


def test_headers_and_credentials_stay_with_their_host() -> None:
    with serve(reply()) as other, serve(reply(b"", "307 Temporary", f"Location: {other.url()}")) as server:
        one = target(
            url=server.url(),
            headers=(("X-Api-Key", "k3y-of-the-api"),),
            auth=("basic", "user", "pass"),
            method="POST",
            body="b",
        )
        assert see_one(one).status is Status.OK
        assert b"X-Api-Key: k3y-of-the-api" in server.requests[0]
        assert b"Authorization: Basic" in server.requests[0]
        assert server.requests[0].startswith(b"POST ")
        assert b"k3y" not in other.requests[0]
        assert b"Authorization" not in other.requests[0]


JSON_CASES: list[tuple[bytes, JsonExpectation, str | None]] = [
    (b'{"a": {"b": 1}}', json_rule("a.b", ("equals", 1)), None),
    (b'{"a": {"b": 1.0}}', json_rule("a.b", ("equals", 1)), None),
    (b'{"a": {"b": true}}', json_rule("a.b", ("equals", 1)), "json-mismatch"),
    (b'{"a": {"b": "1"}}', json_rule("a.b", ("equals", 1)), "json-mismatch"),
    (b'{"a": {}}', json_rule("a.b", ("equals", 1)), "json-missing"),
    (b'{"a": {}}', json_rule("a.b", ("max", 80)), "json-missing"),
    (b'{"a": {"b": null}}', json_rule("a.b", ("max", 80)), "json-mismatch"),
    (b'{"a": {"b": "79"}}', json_rule("a.b", ("max", 80)), "json-mismatch"),
    (b'{"a": {"b": true}}', json_rule("a.b", ("max", 80)), "json-mismatch"),
    (b'{"a": {"b": 1e999}}', json_rule("a.b", ("max", 80)), "json-mismatch"),
    (b'{"a": {"b": 80}}', json_rule("a.b", ("max", 80)), None),
    (b'{"a": {"b": 80.5}}', json_rule("a.b", ("max", 80)), "json-limit"),
    (b'{"a": {"b": 3}}', json_rule("a.b", ("min", 4)), "json-limit"),
    (b'{"a": [{"b": 3}]}', json_rule("a[0].b", ("one_of", [3, 4])), None),
    (b'{"a": [{"b": 5}]}', json_rule("a[0].b", ("one_of", [3, 4])), "json-mismatch"),
    (b'{"a": "v1.2"}', json_rule("a", ("matches", r"^v\d")), None),
    (b'{"a": "x"}', json_rule("a", ("matches", r"^v\d")), "json-mismatch"),
    (b'{"a": 0}', json_rule("a", ("present", True)), None),
    (b"{}", json_rule("a", ("present", False)), None),
    (b'{"a": 0}', json_rule("a", ("present", False)), "json-mismatch"),
    (b'{"a": NaN}', json_rule("a", ("max", 80)), "not-json"),
    (b'{"a": -Infinity}', json_rule("a", ("max", 80)), "not-json"),
    (b"\xff\xfe{}", json_rule("a", ("max", 80)), "not-json"),
    (b"[" * 100_000, json_rule("a", ("max", 80)), "not-json"),
    (b'{"a": 1' + b"0" * 10_000 + b"}", json_rule("a", ("max", 80)), "not-json"),
    (b"<html>", json_rule("a", ("max", 80)), "not-json"),
    (b"", json_rule("a", ("max", 80)), "not-json"),
]


@pytest.mark.parametrize(("body", "rule", "code"), JSON_CASES)
def test_json_is_judged_strictly(body: bytes, rule: JsonExpectation, code: str | None) -> None:
    with serve(reply(body)) as server:
        result = see_one(replace(expecting(json=(rule,)), url=server.url()))
    assert [finding.code for finding in result.findings] == ([code] if code else [])


def test_of_several_levels_the_worst_one_broken_counts() -> None:
    rule = JsonExpectation("m", (Condition("max", 80, Severity.MEDIUM), Condition("max", 90, Severity.CRITICAL)))
    with serve(reply(b'{"m": 95}')) as server:
        finding = the_finding(see_one(replace(expecting(json=(rule,)), url=server.url())))
    assert (finding.severity, finding.measured, finding.limit) == (Severity.CRITICAL, "95", "max 90")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contains": ("all good",)}, None),
        ({"contains": ("absent",)}, "body-mismatch"),
        ({"not_contains": ("good",)}, "body-mismatch"),
        ({"matches": ("al+ g.*",)}, None),
        ({"matches": ("(x+x+)+y",)}, "body-mismatch"),
        ({"status": ((204, 204),)}, "http-status"),
        ({"headers": (HeaderExpectation("Content-Type", "TEXT/html", None),)}, None),
        ({"headers": (HeaderExpectation("content-type", "application/json", None),)}, "header-mismatch"),
        ({"headers": (HeaderExpectation("x-none", None, ".*"),)}, "header-mismatch"),
        ({"headers": (HeaderExpectation("content-type", None, "charset=utf-8$"),)}, None),
    ],
)
def test_the_answer_is_what_was_expected(changes: dict[str, Any], code: str | None) -> None:
    with serve(reply(b"all good \xff", "200 OK", "Content-Type: text/html; charset=utf-8")) as server:
        result = see_one(replace(expecting(**changes), url=server.url()))
    assert [finding.code for finding in result.findings] == ([code] if code else [])


def test_all_that_is_wrong_is_said_at_once() -> None:
    with serve(reply(b'{"status": "unhealthy"}', "503 Unavailable")) as server:
        one = expecting(json=(json_rule("status", ("equals", "healthy")),), contains=("fine",))
        result = see_one(replace(one, url=server.url()))
    assert {finding.code for finding in result.findings} == {"http-status", "json-mismatch", "body-mismatch"}


def delayed(seconds: float) -> Behaviour:
    def behave(connection: socket.socket, head: bytes) -> None:
        time.sleep(seconds)
        reply()(connection, head)

    return behave


def test_a_slow_answer_is_degraded_by_its_worst_level() -> None:
    levels = (Level(0.2, Severity.MEDIUM), Level(0.3, Severity.CRITICAL), Level(5.0, Severity.CRITICAL))
    with serve(delayed(0.4)) as server:
        result = see_one(replace(expecting(slow=levels), url=server.url()))
    finding = the_finding(result)
    assert (result.status, finding.code, finding.severity, finding.limit) == (
        Status.DEGRADED,
        "slow",
        Severity.CRITICAL,
        "0.3 s",
    )


def test_the_time_that_the_checker_was_busy_is_not_the_servers_slowness() -> None:
    levels = (Level(0.3, Severity.MEDIUM),)
    with serve(reply()) as quick:
        targets = [replace(expecting(slow=levels), name=f"t{n}", url=quick.url()) for n in range(6)]
        results = []
        for result in look(targets, Conditions(AT, time.monotonic() + 60)):
            results.append(result)
            end = time.monotonic() + 0.2
            while time.monotonic() < end:
                pass  # whoever reads the results is busy, while other looks are under way
    assert [result.status for result in results] == [Status.OK] * 6


@pytest.mark.parametrize("place", ["url", "header", "body"])
def test_no_secret_is_shown_wherever_it_comes_back(place: str) -> None:
    secret = "s3cr3t/t0ken+value"

    def behave(connection: socket.socket, head: bytes) -> None:
        reply(json.dumps({"seen": secret}).encode(), f"500 {secret}", f"X-Echo: {secret}")(connection, head)

    cases: dict[str, dict[str, Any]] = {
        "url": {"contains": (secret,)},
        "header": {"headers": (HeaderExpectation("x-echo", "other", None),)},
        "body": {"json": (json_rule("seen", ("equals", "nothing")),)},
    }
    changes = cases[place]
    with serve(behave) as server:
        one = replace(
            expecting(**changes),
            url=f"http://user:{secret.replace('/', '%2F')}@127.0.0.1:{server.port}/x?key={secret}#{secret}",
        )
        result = see_one(one, redactor=Redactor([secret]))
    shown = json.dumps(result.to_json()) + result.where
    assert secret not in shown
    assert "s3cr3t" not in shown


def test_user_and_query_values_of_an_address_are_never_shown() -> None:
    with serve(reply(b"", "500 Oops")) as server:
        one = target(url=f"http://admin:hunter2@127.0.0.1:{server.port}/health?token=abcdef&x=1")
        shown = json.dumps(see_one(one).to_json())
    assert "hunter2" not in shown
    assert "abcdef" not in shown
    assert "token=***" in shown


def test_what_the_deadline_leaves_no_time_for_is_unknown_and_the_rest_is_kept() -> None:
    with serve(reply()) as good, serve(servers.hang) as bad:
        targets = [target(name=f"good{n}", url=good.url()) for n in range(5)]
        targets += [target(name=f"bad{n}", url=bad.url(), timeout=20.0) for n in range(5)]
        started = time.monotonic()
        results = see(*targets, seconds=1.0, limit=8)
    assert time.monotonic() - started < 3
    assert [result.status for result in results[:5]] == [Status.OK] * 5
    assert [result.status for result in results[5:]] == [Status.UNKNOWN] * 5
    assert all(result.severity is None for result in results[5:])


def test_a_thousand_targets_of_which_fifty_hang_take_little_more_than_one_timeout() -> None:
    with serve(reply()) as good, serve(servers.hang) as bad:
        targets = [target(name=f"t{n}", url=(bad if n % 20 == 0 else good).url(), timeout=2.0) for n in range(1000)]
        started = time.monotonic()
        results = see(*targets)
    assert time.monotonic() - started < 15
    assert sum(result.status is Status.OK for result in results) == 950
    assert {the_finding(result).code for result in results if result.status is not Status.OK} == {"timeout"}


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
