"""When to try again, and when to tell somebody else: pure."""

from datetime import datetime, timedelta

LATE_AFTER = timedelta(minutes=15)
LEASE = timedelta(seconds=90)  # longer than the function may run: who holds a lease is alive
_STEPS = (5, 15, 60, 120, 300, 600)  # seconds


def next_try(attempts: int, asked: float | None, now: datetime) -> datetime:
    """Return when a message is due again that did not get through for the nth time."""
    seconds = float(_STEPS[min(attempts, len(_STEPS)) - 1]) if asked is None else asked
    return now + timedelta(seconds=seconds)


def is_late(created_at: datetime, now: datetime) -> bool:
    """Whether a message is so late that it says so, and that the fallback is asked too."""
    return now - created_at > LATE_AFTER
