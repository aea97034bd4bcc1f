"""Whether the JSON of an answer is what was expected.

* A value that is missing must never pass, and must never be taken for a zero.
* A text, a null or a boolean must never be taken for a number.
"""

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jmespath
import re2
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from caretaker.core.results import Finding
from caretaker.core.targets.http import Condition, HttpTarget, JsonExpectation
from functions.uptime.answer import Answer

_PLAIN_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_SHOWN = 80  # characters of a value that a message shows
_MISSING = object()
_FIX = "Look at this value where it comes from; the health page usually names the service behind it."


def judge_json(target: HttpTarget, answer: Answer) -> Iterator[Finding]:
    """Yield what is wrong with the JSON of an answer."""
    try:
        document = _parse(answer.body)
    except ValueError as error:
        yield Finding(
            "not-json",
            target.severity,
            f"the body is not JSON: {error}",
            "Open the URL and see what it answers instead: often an error page or a login.",
            measured=answer.header("content-type") or "no content type",
            limit="JSON",
        )
        return
    for expected in target.expect.json:
        yield from _judge(target, expected, _value(document, expected.path))


def _parse(body: bytes) -> Any:
    """Return the JSON value of a body; raise ``ValueError`` for all that RFC 8259 does not allow."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at line {error.lineno}, column {error.colno}") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON value")


@cache
def _compiled(path: str) -> ParsedResult:
    return jmespath.compile(path)


def _value(document: Any, path: str) -> Any:
    """Return the value at a JMESPath, or ``_MISSING``; a null that is really there is None."""
    if _PLAIN_PATH.fullmatch(path):
        for name in path.split("."):
            if not isinstance(document, dict) or name not in document:
                return _MISSING
            document = document[name]
        return document
    try:
        value = _compiled(path).search(document)
    except (JMESPathError, RecursionError):
        return _MISSING
    return _MISSING if value is None else value


def _judge(target: HttpTarget, expected: JsonExpectation, value: Any) -> Iterator[Finding]:
    if value is _MISSING:
        if all(condition.kind == "present" and not condition.value for condition in expected.conditions):
            return
        message = f"{expected.path} is missing"
        fix = "See whether a new version of the application has renamed it."
        yield Finding("json-missing", target.severity, message, fix, measured="missing", limit=_wanted(expected))
        return
    broken: list[Finding] = []
    for condition in expected.conditions:
        broken += _broken(target, expected.path, condition, value)
    mismatches = [finding for finding in broken if finding.code == "json-mismatch"]
    limits = [finding for finding in broken if finding.code == "json-limit"]
    yield from mismatches[:1]
    if limits:
        yield max(limits, key=lambda finding: finding.severity.rank)


def _broken(target: HttpTarget, path: str, condition: Condition, value: Any) -> Iterator[Finding]:
    if condition.kind in ("min", "max"):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            message = f"{path} is {_show(value)}, expected a number"
            yield Finding("json-mismatch", target.severity, message, _FIX, measured=_show(value), limit="a number")
        elif (condition.kind == "max" and value > condition.value) or (
            condition.kind == "min" and value < condition.value
        ):
            word = "limit" if condition.kind == "max" else "at least"
            message = f"{path} is {_show(value)}, {word} {condition.value:g}"
            limit = f"{condition.kind} {condition.value:g}"
            yield Finding("json-limit", condition.severity, message, _FIX, measured=_show(value), limit=limit)
    elif not _holds(condition, value):
        message = f"{path} is {_show(value)}, expected {_wish(condition)}"
        yield Finding("json-mismatch", target.severity, message, _FIX, measured=_show(value), limit=_wish(condition))


def _holds(condition: Condition, value: Any) -> bool:
    match condition.kind:
        case "equals":
            return _equal(condition.value, value)
        case "one_of":
            return any(_equal(wanted, value) for wanted in condition.value)
        case "matches":
            return isinstance(value, str) and re2.search(condition.value, value) is not None
        case _:
            return bool(condition.value)


def _equal(wanted: Any, value: Any) -> bool:
    """Compare as JSON does: true is not 1, but 1 is 1.0."""
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    if isinstance(wanted, dict) and isinstance(value, dict):
        return wanted.keys() == value.keys() and all(_equal(wanted[name], value[name]) for name in wanted)
    if isinstance(wanted, list) and isinstance(value, list):
        return len(wanted) == len(value) and all(map(_equal, wanted, value))
    return bool(wanted == value)


def _wanted(expected: JsonExpectation) -> str:
    return " and ".join(_wish(condition) for condition in expected.conditions)


def _wish(condition: Condition) -> str:
    match condition.kind:
        case "equals":
            return _show(condition.value)
        case "one_of":
            return "one of " + ", ".join(map(_show, condition.value))
        case "matches":
            return f"a text matching {condition.value}"
        case "present":
            return "a value" if condition.value else "none"
        case _:
            return f"{condition.kind} {condition.value:g}"


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
