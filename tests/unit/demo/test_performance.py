"""The demo's runs are at the times of template.yaml's schedule."""

from datetime import UTC, datetime

import pytest

from caretaker.demo.performance import next_run


@pytest.mark.parametrize(
    ("now", "expected"),
    [("02:00:00", "02:05"), ("02:00:01", "02:05"), ("02:04:59", "02:05"), ("02:05:00", "02:10"), ("23:57:30", "00:00")],
)
def test_the_first_run_is_the_next_one_that_is_due(now: str, expected: str) -> None:
    assert f"{next_run(datetime.fromisoformat(f'2026-11-21T{now}Z')):%H:%M}" == expected


def test_the_first_run_after_midnight_is_on_the_next_day() -> None:
    assert next_run(datetime(2026, 12, 31, 23, 58, tzinfo=UTC)) == datetime(2027, 1, 1, tzinfo=UTC)
