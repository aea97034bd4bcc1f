"""The event that asks for a cleanup."""

from datetime import UTC, datetime

import pytest

from caretaker.core.event import EventError
from functions.cleanup.event import Asked, asked

AT = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)


def test_a_schedule_asks_for_a_cleanup_and_a_person_may_ask_for_its_plan() -> None:
    assert asked({"scheduled_at": "2026-11-21T04:30:00Z"}) == Asked(AT)
    assert asked({"scheduled_at": "2026-11-21T04:30:00Z", "plan": True}) == Asked(AT, plan=True)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({}, "the time this run is for"),
        ({"scheduled_at": "2026-11-21T04:30:00Z", "plan": "yes"}, "plan is true or false"),
        ({"scheduled_at": "2026-11-21T04:30:00Z", "dry_run": True}, "not known: dry_run"),
    ],
)
def test_what_is_not_understood_is_said(event: object, said: str) -> None:
    with pytest.raises(EventError, match=said):
        asked(event)
