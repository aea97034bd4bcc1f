"""Durations: ``90s``, ``5m``, ``24h``, ``30d``, in seconds."""

import re

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.wording import kind, quoted

PATTERN = r"^[0-9]+(\.[0-9]+)?[smhd]$"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WRITTEN = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)([smhd])")
_MILLISECONDS = re.compile(r"([0-9]{1,9})\s*ms")


def parse_duration(written: object) -> float:
    """Return the seconds of a duration; raise ``Unfit`` if it is not written as one."""
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise Unfit(f"a duration is needed, not {kind(written)}", "Write it as 90s, 5m, 24h or 30d.")
    if not isinstance(written, str):
        raise Unfit("a duration needs a unit", f"Write {written}s if seconds are meant.")
    found = _WRITTEN.fullmatch(written)
    if found is None:
        milliseconds = _MILLISECONDS.fullmatch(written)
        advice = f"Write {int(milliseconds[1]) / 1000:g}s." if milliseconds else "Write it as 90s, 5m, 24h or 30d."
        raise Unfit(f"{quoted(written)} is not a duration", advice)
    return float(found[1]) * _SECONDS[found[2]]


def render_duration(seconds: float) -> str:
    """Return a duration as a person writes it, in the largest unit that needs no fraction."""
    for unit in "dhm":
        if seconds >= _SECONDS[unit] and seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return f"{seconds:.6f}".rstrip("0").rstrip(".") + "s"


def within(seconds: float, shortest: float, longest: float) -> float:
    """Return a duration that lies between two others; raise ``Unfit`` if it does not."""
    if not shortest <= seconds <= longest:
        limits = f"Write one between {render_duration(shortest)} and {render_duration(longest)}."
        raise Unfit(f"{render_duration(seconds)} is too {'short' if seconds < shortest else 'long'}", limits)
    return seconds
