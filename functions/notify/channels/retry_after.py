"""The Retry-After header (RFC 9110, 10.2.3)."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SHORTEST, _LONGEST = 1.0, 3600.0


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a server asks to be left alone, between 1 and 3,600; None if it does not say."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    if math.isnan(seconds):
        return None
    return min(max(seconds, _SHORTEST), _LONGEST)
