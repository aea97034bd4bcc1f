from datetime import UTC, datetime, timedelta

import pytest

from caretaker.local.errors import TemplateError
from caretaker.local.events.schedules import fill_in, parse_expression

NOVEMBER = datetime(2026, 11, 21, 2, 5, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("expression", "moment", "expected"),
    [
        ("cron(0/5 * * * ? *)", "2026-11-21T02:05", True),
        ("cron(0/5 * * * ? *)", "2026-11-21T02:06", False),
        ("cron(0 2 * * ? *)", "2026-11-21T02:00", True),
        ("cron(0 2 * * ? *)", "2026-11-21T03:00", False),
        ("cron(0,30 8-18/2 ? * MON-FRI *)", "2026-11-20T10:30", True),
        ("cron(0,30 8-18/2 ? * MON-FRI *)", "2026-11-20T11:30", False),
        ("cron(0,30 8-18/2 ? * MON-FRI *)", "2026-11-21T10:30", False),
        ("cron(0 0 ? * 7 *)", "2026-11-21T00:00", True),
        ("cron(0 0 1 JAN,jul ? 2027)", "2027-07-01T00:00", True),
        ("cron(0 0 1 JAN,jul ? 2027)", "2026-07-01T00:00", False),
        ("cron(0 0 L * ? *)", "2028-02-29T00:00", True),
        ("cron(0 0 L * ? *)", "2028-02-28T00:00", False),
        ("cron(0 0 LW * ? *)", "2026-10-30T00:00", True),
        ("cron(0 0 15W * ? *)", "2026-11-16T00:00", True),
        ("cron(0 0 15W * ? *)", "2026-11-15T00:00", False),
        ("cron(0 0 1W * ? *)", "2026-08-03T00:00", True),
        ("cron(0 0 ? * 6L *)", "2026-11-27T00:00", True),
        ("cron(0 0 ? * 6L *)", "2026-11-20T00:00", False),
        ("cron(0 0 ? * L *)", "2026-11-21T00:00", True),
        ("cron(0 0 ? * MON#2 *)", "2026-11-09T00:00", True),
        ("cron(0 0 ? * MON#2 *)", "2026-11-16T00:00", False),
        ("rate(5 minutes)", "2026-11-21T02:05", True),
        ("rate(5 minutes)", "2026-11-21T02:06", False),
        ("rate(1 hour)", "2026-11-21T02:00", True),
        ("rate(1 hour)", "2026-11-21T02:30", False),
        ("at(2026-11-21T02:00:00)", "2026-11-21T02:00", True),
        ("at(2026-11-21T02:00:00)", "2026-11-22T02:00", False),
    ],
)
def test_an_expression_tells_its_minutes(expression: str, moment: str, expected: bool) -> None:
    assert parse_expression(expression)(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is expected


def test_a_schedule_follows_its_time_zone() -> None:
    due = parse_expression("cron(0 3 * * ? *)", "Europe/Berlin")

    assert due(datetime(2026, 11, 21, 2, 0, tzinfo=UTC))
    assert due(datetime(2026, 7, 21, 1, 0, tzinfo=UTC))


def test_a_schedule_of_five_minutes_is_due_288_times_a_day() -> None:
    due = parse_expression("cron(0/5 * * * ? *)")
    midnight = NOVEMBER.replace(hour=0, minute=0)

    assert sum(due(midnight + timedelta(minutes=minute)) for minute in range(1440)) == 288


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "is not a schedule; write rate"),
        ("every day", "is not a schedule; write rate"),
        ("rate(0 minutes)", "at least 1"),
        ("rate(5 fortnights)", "is not a schedule"),
        ("cron(0/5 * * * *)", "it has 5 fields"),
        ("cron(60 * * * ? *)", "60 is not between 0 and 59"),
        ("cron(0 * * * * *)", "one of day of month and day of week has to be"),
        ("cron(0/0 * * * ? *)", "no step of minutes"),
        ("cron(30-10 * * * ? *)", "ends before it begins"),
        ("cron(0 0 ? * MON#6 *)", "first to the fifth"),
        ("cron(0 0 1 FOO ? *)", "FOO is not between 1 and 12"),
        ("at(yesterday)", "is not a schedule"),
    ],
)
def test_an_expression_that_is_none_is_refused(expression: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        parse_expression(expression, what="UptimeRuns")


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(TemplateError, match="no time zone 'Mars/Olympus'"):
        parse_expression("rate(1 day)", "Mars/Olympus")


def test_the_scheduled_time_is_filled_in() -> None:
    text = '{"scheduled_at": "<aws.scheduler.scheduled-time>", "attempt": <aws.scheduler.attempt-number>}'

    assert fill_in(text, NOVEMBER) == '{"scheduled_at": "2026-11-21T02:05:00Z", "attempt": 1}'
