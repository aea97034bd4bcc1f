"""What is shown of checks is old when nobody looks any more, and that is said."""

from datetime import UTC, datetime, timedelta

import pytest

from caretaker.cli.silence import silences
from caretaker.cli.standing import Standing
from caretaker.core.results import Status

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def standing(check: str, ago: timedelta | None) -> Standing:
    """Return a check that is in order, and was seen so long ago."""
    at = None if ago is None else NOW - ago
    return Standing(check, Status.OK, at, None, "", "", False, None, None, None, {})


@pytest.mark.parametrize(
    ("check", "ago", "function"),
    [
        ("uptime/api", timedelta(minutes=61), "uptime"),
        ("cert/api", timedelta(minutes=61), "cert_check"),
        ("freshness/main", timedelta(hours=3, minutes=1), "verify"),
    ],
)
def test_a_function_that_has_not_looked_for_long_is_named_with_the_time(
    check: str, ago: timedelta, function: str
) -> None:
    [said] = silences([standing(check, ago), standing(check, ago + timedelta(hours=1))], NOW)

    assert said.startswith(f"{function} has not looked since {NOW - ago:%d %b %H:%M} UTC: ")


@pytest.mark.parametrize(
    ("check", "ago"),
    [
        ("uptime/api", timedelta(minutes=5)),
        ("cert/api", timedelta(minutes=59)),
        ("freshness/main", timedelta(hours=1)),
        ("backup/main", timedelta(hours=23)),  # that none is made is what freshness finds
        ("uptime/gone", None),  # an incident of what nobody looks at any more
    ],
)
def test_a_look_that_is_not_due_yet_is_no_silence(check: str, ago: timedelta | None) -> None:
    assert silences([standing(check, ago)], NOW) == []


def test_one_target_that_was_seen_is_enough() -> None:
    seen = [standing("uptime/api", timedelta(minutes=5)), standing("uptime/gone", timedelta(days=1))]

    assert silences(seen, NOW) == []
