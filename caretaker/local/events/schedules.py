"""Schedule expressions: when EventBridge Scheduler would start something.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from caretaker.local.errors import TemplateError

Due = Callable[[datetime], bool]  # whether a minute is one of the schedule's

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((.*)\)")
_AT = re.compile(r"at\((.*)\)")
_MONTHS = {name: str(number) for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {"SUN": "1", "MON": "2", "TUE": "3", "WED": "4", "THU": "5", "FRI": "6", "SAT": "7"}
_MINUTES = {"minute": 1, "hour": 60, "day": 1440}


class _NotAField(Exception):
    """A field of a cron expression cannot be read."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    lowest: int
    highest: int
    words: Mapping[str, str]


_FIELDS = (
    _Field("minutes", 0, 59, {}),
    _Field("hours", 0, 23, {}),
    _Field("day of month", 1, 31, {}),
    _Field("month", 1, 12, {name.upper(): number for name, number in _MONTHS.items()}),
    _Field("day of week", 1, 7, _DAYS),
    _Field("year", 1970, 2199, {}),
)


def parse_expression(expression: str, timezone: str = "UTC", *, what: str = "the schedule") -> Due:
    """Return the rule that tells the schedule's minutes; raise ``TemplateError`` if the expression is none."""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise TemplateError(f"{what}: there is no time zone {timezone!r}") from error
    try:
        if found := _RATE.fullmatch(expression):
            return _rate(int(found[1]) * _MINUTES[found[2]])
        if found := _CRON.fullmatch(expression):
            return _cron(found[1].upper().split(), zone)
        if found := _AT.fullmatch(expression):
            moment = datetime.fromisoformat(found[1]).replace(tzinfo=zone, second=0)
            return lambda at: at.replace(second=0, microsecond=0) == moment
    except (_NotAField, ValueError) as error:
        raise TemplateError(f"{what}: {expression!r} is not a schedule: {error}") from error
    raise TemplateError(
        f"{what}: {expression!r} is not a schedule; "
        "write rate(5 minutes), cron(0/5 * * * ? *) or at(2026-11-21T02:00:00)"
    )


def _rate(minutes: int) -> Due:
    if minutes == 0:
        raise _NotAField("a rate is at least 1")
    return lambda at: int(at.timestamp()) // 60 % minutes == 0


def _cron(fields: list[str], zone: ZoneInfo) -> Due:
    if len(fields) != len(_FIELDS):
        raise _NotAField(f"it has {len(fields)} fields, not the six: minutes hours day-of-month month day-of-week year")
    if "?" not in (fields[2], fields[4]):
        raise _NotAField("one of day of month and day of week has to be ?")
    minutes, hours, months, years = (_numbers(fields[index], _FIELDS[index]) for index in (0, 1, 3, 5))
    day_of_month, day_of_week = _day_of_month(fields[2]), _day_of_week(fields[4])

    def due(at: datetime) -> bool:
        local = at.astimezone(zone)
        return (
            local.minute in minutes
            and local.hour in hours
            and local.month in months
            and local.year in years
            and day_of_month(local.date())
            and day_of_week(local.date())
        )

    return due


def _numbers(text: str, field: _Field) -> frozenset[int]:
    return frozenset(number for part in text.split(",") for number in _part(part, field))


def _part(text: str, field: _Field) -> range:
    span, _, step = text.partition("/")
    if span == "*":
        first, last = field.lowest, field.highest
    elif "-" in span:
        low, _, high = span.partition("-")
        first, last = _number(low, field), _number(high, field)
    else:
        first = _number(span, field)
        last = field.highest if step else first
    if first > last:
        raise _NotAField(f"{text} ends before it begins ({field.name})")
    if step and (not step.isdigit() or int(step) == 0):
        raise _NotAField(f"{text} is no step of {field.name}")
    return range(first, last + 1, int(step) if step else 1)


def _number(text: str, field: _Field) -> int:
    number = field.words.get(text, text)
    if not number.isdigit() or not field.lowest <= int(number) <= field.highest:
        raise _NotAField(f"{text} is not between {field.lowest} and {field.highest} ({field.name})")
    return int(number)


def _day_of_month(text: str) -> Callable[[date], bool]:
    if text == "?":
        return lambda day: True
    if text == "L":
        return lambda day: day.day == _length(day)
    if text == "LW":
        return lambda day: day == _nearest_weekday(day.replace(day=_length(day)))
    if text.endswith("W"):
        wanted = _number(text[:-1], _FIELDS[2])
        return lambda day: wanted <= _length(day) and day == _nearest_weekday(day.replace(day=wanted))
    days = _numbers(text, _FIELDS[2])
    return lambda day: day.day in days


def _day_of_week(text: str) -> Callable[[date], bool]:
    field = _FIELDS[4]
    if text == "?":
        return lambda day: True
    if text == "L":
        text = "7"
    if text.endswith("L"):
        last = _number(text[:-1], field)
        return lambda day: _weekday(day) == last and day.day > _length(day) - 7
    if "#" in text:
        name, _, count = text.partition("#")
        wanted = _number(name, field)
        if count not in ("1", "2", "3", "4", "5"):
            raise _NotAField(f"{text} has to name the first to the fifth of a month")
        return lambda day: _weekday(day) == wanted and (day.day + 6) // 7 == int(count)
    days = _numbers(text, field)
    return lambda day: _weekday(day) in days


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1  # EventBridge counts from Sunday, 1


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date) -> date:
    """Return the weekday nearest to this day that is in the same month."""
    if day.isoweekday() == 6:
        return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
    if day.isoweekday() == 7:
        return day + timedelta(days=1) if day.day < _length(day) else day - timedelta(days=2)
    return day


def fill_in(text: str, at: datetime, attempt: int = 1) -> str:
    """Return a target's input with the words that EventBridge Scheduler replaces."""
    words = {
        "<aws.scheduler.scheduled-time>": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "<aws.scheduler.attempt-number>": str(attempt),
    }
    for word, value in words.items():
        text = text.replace(word, value)
    return text
