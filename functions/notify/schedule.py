"""When an undelivered message is tried again, and when the fallback is told. Pure."""

import hashlib
from datetime import datetime, timedelta

from functions.notify.channels.outcome import Retry
from functions.notify.delivery import LATE_AFTER, Delivery

_PAUSES = (5.0, 30.0, 120.0, 300.0, 600.0)  # seconds before each further attempt; the last one repeats
_SPREAD = 0.1
GIVEN_UP_AFTER = timedelta(hours=24)
_ATTEMPTS_BEFORE_GIVING_UP = 10


def next_attempt(delivery: Delivery, failure: Retry, now: datetime) -> datetime:
    """Return when a delivery that has just failed is tried again.

    A pause that the service asked for is kept. Our own pauses grow, and do not pass the moment
    from which the fallback is told.
    """
    if failure.after is not None:
        return now + timedelta(seconds=failure.after)
    pause = _PAUSES[min(max(delivery.attempts, 1), len(_PAUSES)) - 1]
    at = now + timedelta(seconds=pause * _jitter(delivery))
    late = delivery.created_at + LATE_AFTER
    return late if now < late < at else at


def wants_fallback(delivery: Delivery, next_at: datetime, now: datetime) -> bool:
    """Whether an undelivered message must be told to the fallback while it is tried on."""
    return not delivery.fallback_made and (
        delivery.is_overdue(now) or delivery.is_overdue(next_at - timedelta.resolution)
    )


def is_hopeless(delivery: Delivery, now: datetime) -> bool:
    """Whether so many attempts failed for so long that news has become history."""
    return delivery.attempts >= _ATTEMPTS_BEFORE_GIVING_UP and now - delivery.created_at >= GIVEN_UP_AFTER


def _jitter(delivery: Delivery) -> float:
    # Spread, so that many deliveries do not come back together; the same for the same attempt.
    digest = hashlib.sha256(f"{delivery.key} {delivery.attempts}".encode()).digest()
    return 1 + _SPREAD * (digest[0] / 255 * 2 - 1)
