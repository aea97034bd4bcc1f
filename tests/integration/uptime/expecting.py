"""Targets for tests that expect something of an answer over HTTP."""

from dataclasses import replace
from typing import Any

from caretaker.core.results import Severity
from caretaker.core.targets.conditions import Condition
from caretaker.core.targets.http import HttpTarget, JsonExpectation
from tests.samples import EXPECT, target


def expecting(**changes: Any) -> HttpTarget:
    """Return the sample target with some of its expectations changed."""
    return target(expect=replace(EXPECT, **changes))


def json_rule(path: str, *conditions: tuple[str, Any]) -> JsonExpectation:
    """Return an expectation of medium severity: conditions, each a kind and a value, for what is at a path."""
    made = (Condition(kind, value, Severity.MEDIUM) for kind, value in conditions)  # type: ignore[arg-type] # literals
    return JsonExpectation(path, tuple(made))
