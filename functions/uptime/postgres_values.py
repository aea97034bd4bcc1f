"""Values of PostgreSQL, as JSON has them."""

import math
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from caretaker.core.results import Measurement
from functions.uptime.values import show

_MOST_DIGITS = 4000  # of a number; PostgreSQL's have up to 131,072, and a server may claim more
_LARGEST = 1e300
_SHOWN = 200  # characters


def plain(value: Any) -> Any:
    """Return a value of PostgreSQL as JSON has it: numbers as numbers, intervals in seconds, times as ISO 8601."""
    match value:
        case Decimal():
            return _number(value)
        case timedelta():
            return value.total_seconds()
        case date():
            return value.isoformat()
        case None | bool() | int() | float() | str() | list() | dict():
            return value
        case _:
            return str(value)


def _number(value: Decimal) -> int | float:
    if not value.is_finite():
        return math.nan if value.is_nan() else float(value)
    if value.adjusted() > _MOST_DIGITS:
        return math.copysign(math.inf, value)
    return int(value) if value == value.to_integral_value() else float(value)


def measurement(value: Any) -> Measurement:
    """Return a value as it is kept: what JSON has no number for as a text."""
    if isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < _LARGEST):
        return value
    return value[:_SHOWN] if isinstance(value, str) else show(value)
