"""What an answer over HTTP shall be: its status, its headers, its text and its JSON."""

import zlib
from dataclasses import replace
from typing import Any

import pytest

from caretaker.core.results import Severity, Status
from caretaker.core.targets.conditions import Condition
from caretaker.core.targets.http import HeaderExpectation, JsonExpectation
from tests.integration.uptime.expecting import expecting, json_rule
from tests.integration.uptime.seeing import see_one, the_finding
from tests.servers import reply, serve


def test_a_compressed_body_is_read() -> None:
    body = zlib.compress(b'{"status": "healthy"}')
    with serve(reply(body, "200 OK", "Content-Encoding: deflate")) as server:
        one = expecting(json=(json_rule("status", ("equals", "healthy")),))
        assert see_one(replace(one, url=server.url())).status is Status.OK


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
