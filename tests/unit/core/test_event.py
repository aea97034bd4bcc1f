"""What a scheduled event must look like."""

from datetime import UTC, datetime

import pytest

from caretaker.core.event import EventError, scheduled


def test_the_scheduled_time_is_read_in_utc() -> None:
    assert scheduled({"scheduled_at": "2026-11-20T02:00:00Z"}).at == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("event", [None, [], "now", {}, {"scheduled_at": 5}, {"scheduled_at": None}])
def test_an_event_without_a_time_is_refused_with_an_example(event: object) -> None:
    with pytest.raises(EventError, match="2026-11-20T02:00:00Z"):
        scheduled(event)


@pytest.mark.parametrize("text", ["soon", "2026-11-20T02:00:00", "<aws.scheduler.scheduled-time>"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(EventError, match="scheduled_at"):
        scheduled({"scheduled_at": text})
