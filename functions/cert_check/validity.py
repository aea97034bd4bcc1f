"""How long a certificate may be valid for, by the day on which it was issued.

Source: CA/Browser Forum Baseline Requirements 6.3.2, with ballots SC22, SC31 and SC-081v3; a day is 86,400 seconds and
the last second counts. It binds public CAs; Apple's devices refuse more than 825 days whoever issued them
(https://support.apple.com/en-us/103769).
"""

from datetime import UTC, datetime

_LIMITS = (
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
    (datetime(2020, 9, 1, tzinfo=UTC), 398),
    (datetime(2018, 3, 1, tzinfo=UTC), 825),
)
APPLE = 825  # days


def limit(issued: datetime) -> int | None:
    """Return for how many days a certificate issued then may be valid, None before there was a limit worth telling."""
    return next((days for begin, days in _LIMITS if issued >= begin), None)


def days(not_before: datetime, not_after: datetime, *, is_public: bool) -> float:
    """Return for how many days a certificate is valid; for a public CA's the last second counts."""
    return ((not_after - not_before).total_seconds() + is_public) / 86_400


def shown(lasts: float) -> str:
    """Return days as messages say them: exactly, where a second more than whole days matters."""
    over = round((lasts - int(lasts)) * 86_400)
    return f"{lasts:.0f} days" + (f" and {over} s" if 0 < over < 60 else "")
