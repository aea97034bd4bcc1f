from datetime import UTC, datetime

import pytest

from caretaker.core.event import EventError
from functions.backup.event import Asked, asked

AT = "2026-11-21T02:00:00Z"


def test_the_schedules_event_asks_for_a_daily_backup_of_every_database() -> None:
    assert asked({"scheduled_at": AT}) == Asked(datetime(2026, 11, 21, 2, tzinfo=UTC))


def test_an_emergency_backup_is_asked_for_with_its_reason_in_one_line() -> None:
    event = {"scheduled_at": AT, "database": "main", "kind": "emergency", "reason": " before\nthe  migration "}

    assert (asked(event).kind, asked(event).reason) == ("emergency", "before the migration")


def test_a_long_reason_is_cut() -> None:
    event = {"scheduled_at": AT, "database": "main", "kind": "emergency", "reason": "a" * 5000}

    assert len(asked(event).reason) == 500


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"scheduled_at": "yesterday"}, "scheduled_at is no time"),
        ({"scheduled_at": None}, "the event must be"),
        ({"kind": "weekly"}, 'kind is "daily" or "emergency"'),
        ({"kind": ["daily"]}, 'kind is "daily" or "emergency"'),
        ({"dry_run": "yes"}, "dry_run is true or false"),
        ({"database": 7}, "database is a text"),
        ({"reason": None}, "reason is a text"),
        ({"request": "a/b"}, "request is at most 64 letters"),
        ({"request": "a" * 65}, "request is at most 64 letters"),
        ({"kind": "emergency", "database": "main"}, "names its database and a reason"),
        ({"kind": "emergency", "database": "main", "reason": " \n"}, "names its database and a reason"),
        ({"kind": "emergency", "reason": "now"}, "names its database and a reason"),
        ({"databse": "main"}, "a key that is not known: databse"),
    ],
)
def test_what_is_wrong_with_an_event_is_said(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(EventError, match=said):
        asked({"scheduled_at": AT} | wrong)


@pytest.mark.parametrize("event", [None, [], "main", 7, {}])
def test_what_is_no_event_is_refused(event: object) -> None:
    with pytest.raises(EventError, match="the event must be"):
        asked(event)
