"""Sample values for tests: a target with the defaults of the configuration."""

from dataclasses import replace
from typing import Any

from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.results import Severity
from caretaker.core.targets.base import Level, Recheck
from caretaker.core.targets.http import HttpExpectations, HttpTarget

EXPECT = HttpExpectations(
    status=((200, 299),),
    slow=(Level(5.0, Severity.MEDIUM),),
    contains=(),
    not_contains=(),
    matches=(),
    headers=(),
    json=(),
)

TARGET = HttpTarget(
    name="api",
    url="https://api.example.com/health",
    group="",
    severity=Severity.CRITICAL,
    method="GET",
    headers=(),
    body="",
    auth=(),
    follow_redirects=True,
    max_body=1_000_000,
    ca="",
    verify_tls=True,
    ip="any",
    timeout=10.0,
    expect=EXPECT,
    recheck=Recheck(2, 20.0),
    policy=Policy(Confirm(1, 1), Confirm(2, 3), 1),
)


def target(**changes: Any) -> HttpTarget:
    """Return the sample target with some of its fields changed."""
    return replace(TARGET, **changes)
