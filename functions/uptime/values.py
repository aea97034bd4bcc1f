"""Whether a value is what was expected.

* A text, a null or a boolean must never be taken for a number.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from caretaker.core.results import Finding, Severity
from caretaker.core.targets.conditions import Condition
from functions.uptime.patterns import found

_SHOWN = 80  # characters of a value that a message shows


@dataclass(frozen=True, slots=True)
class Judged:
    """What is judged, and how it is said: the codes of a mismatch and of a broken limit, and what to do."""

    name: str
    mismatch: str
    limit: str
    severity: Severity
    fix: str


def judge_value(judged: Judged, conditions: Sequence[Condition], value: Any) -> Iterator[Finding]:
    """Yield the first mismatch and the worst broken limit of a JSON value."""
    broken = [finding for condition in conditions for finding in _broken(judged, condition, value)]
    mismatches = [finding for finding in broken if finding.code == judged.mismatch]
    limits = [finding for finding in broken if finding.code == judged.limit]
    yield from mismatches[:1]
    if limits:
        yield max(limits, key=lambda finding: finding.severity.rank)


def wanted(conditions: Sequence[Condition]) -> str:
    """Return what the conditions ask for."""
    return " and ".join(_wish(condition) for condition in conditions)


def _broken(judged: Judged, condition: Condition, value: Any) -> Iterator[Finding]:
    if condition.kind in ("min", "max"):
        if not _is_number(value):
            yield _mismatch(judged, value, "a number")
        elif (condition.kind == "max" and value > condition.value) or (
            condition.kind == "min" and value < condition.value
        ):
            word = "limit" if condition.kind == "max" else "at least"
            message = f"{judged.name} is {show(value)}, {word} {condition.value:g}"
            limit = f"{condition.kind} {condition.value:g}"
            yield Finding(judged.limit, condition.severity, message, judged.fix, measured=show(value), limit=limit)
    elif not _holds(condition, value):
        yield _mismatch(judged, value, _wish(condition))


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _mismatch(judged: Judged, value: Any, wish: str) -> Finding:
    message = f"{judged.name} is {show(value)}, expected {wish}"
    return Finding(judged.mismatch, judged.severity, message, judged.fix, measured=show(value), limit=wish)


def _holds(condition: Condition, value: Any) -> bool:
    match condition.kind:
        case "equals":
            return _equal(condition.value, value)
        case "one_of":
            return any(_equal(wanted, value) for wanted in condition.value)
        case "matches":
            return isinstance(value, str) and found(condition.value, value)
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


def _wish(condition: Condition) -> str:
    match condition.kind:
        case "equals":
            return show(condition.value)
        case "one_of":
            return "one of " + ", ".join(map(show, condition.value))
        case "matches":
            return f"a text matching {condition.value}"
        case "present":
            return "a value" if condition.value else "none"
        case _:
            return f"{condition.kind} {condition.value:g}"


def show(value: Any) -> str:
    """Return a JSON value as a message shows it: whole if it is short."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # Python writes no whole number of more than 4,300 digits
        text = f"{Decimal(value):.3e}" if isinstance(value, int) else "a value that cannot be shown"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
