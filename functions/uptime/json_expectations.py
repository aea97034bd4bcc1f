"""Whether the JSON of an answer is what was expected.

* A value that is missing must never pass, and must never be taken for a zero.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, JMESPathTypeError
from jmespath.parser import ParsedResult

from caretaker.core.results import Finding
from caretaker.core.targets.http import HttpTarget, JsonExpectation
from functions.uptime.answer import Answer
from functions.uptime.values import Judged, judge_value, wanted

_PLAIN_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_MISSING = object()
_UNFIT = object()  # functions and comparisons have met a value of a type that they are not for
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
    """Return the value at a JMESPath, ``_MISSING``, or ``_UNFIT``; a null that is really there is None."""
    if _PLAIN_PATH.fullmatch(path):
        for name in path.split("."):
            if not isinstance(document, dict) or name not in document:
                return _MISSING
            document = document[name]
        return document
    try:
        value = _compiled(path).search(document)
    except JMESPathTypeError as wrong:
        return _MISSING if wrong.actual_type == "null" else _UNFIT
    except (JMESPathError, ArithmeticError, RecursionError, TypeError, ValueError):
        return _UNFIT  # the library itself does not check every type
    return _MISSING if value is None else value


def _judge(target: HttpTarget, expected: JsonExpectation, value: Any) -> Iterator[Finding]:
    if value is _MISSING:
        if all(condition.kind == "present" and not condition.value for condition in expected.conditions):
            return
        message = f"{expected.path} is missing"
        fix = "See whether a new version of the application has renamed it."
        limit = wanted(expected.conditions)
        yield Finding("json-missing", target.severity, message, fix, measured="missing", limit=limit)
        return
    if value is _UNFIT:
        message = f"{expected.path} cannot be worked out: the JSON has a value of another type there"
        limit = wanted(expected.conditions)
        yield Finding("json-mismatch", target.severity, message, _FIX, measured="another type", limit=limit)
        return
    judged = Judged(expected.path, "json-mismatch", "json-limit", target.severity, _FIX)
    yield from judge_value(judged, expected.conditions, value)
