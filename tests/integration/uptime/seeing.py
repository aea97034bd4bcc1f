"""Looks for tests."""

import time
from datetime import UTC, datetime
from typing import Any

from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Finding, Result
from caretaker.core.targets.base import Target
from functions.uptime.looking import look

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
QUICK = 0.6  # seconds: the timeout of targets whose server hangs


def see(*targets: Target, seconds: float = 60.0, **conditions: Any) -> list[Result]:
    """Return the Result of each target, in their order."""
    given = Conditions(AT, time.monotonic() + seconds, **conditions)
    results = {result.check: result for result in look(targets, given)}
    assert len(results) == len(targets)
    return [results[one.check] for one in targets]


def see_one(one: Target, **conditions: Any) -> Result:
    """Return the Result of one target."""
    return see(one, **conditions)[0]


def the_finding(result: Result) -> Finding:
    """Return the only finding of a Result."""
    assert len(result.findings) == 1, result.findings
    return result.findings[0]
