"""Days, spans of time and advice, as messages say them."""

from datetime import datetime, timedelta

RELOAD = "and reload the server so that it is served"


def printable(text: str, longest: int = 80) -> str:
    """Return a text from outside as it may stand in a message."""
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:longest])
    return plain if len(text) <= longest else plain[:-1] + "…"


def day(moment: datetime) -> str:
    """Return a date such as ``2026-11-21``."""
    return f"{moment:%Y-%m-%d}"


def span(length: timedelta | float) -> str:
    """Return a span of time (seconds, if it is a number) in its largest useful unit, such as ``12 days`` or ``5 h``."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    for unit, name in ((86_400.0, "days"), (3_600.0, "h"), (60.0, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}" if seconds >= 10 * unit else f"{seconds / unit:.2g} {name}"
    return f"{max(0.0, seconds):.0f} s"
