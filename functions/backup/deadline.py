"""The time that a backup has."""

from collections.abc import Callable
from dataclasses import dataclass


class OutOfTime(Exception):
    """A backup had to be stopped because its time was over; the message says what it was at."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a backup has to have ended: ``at``, in seconds of ``monotonic``."""

    at: float
    monotonic: Callable[[], float]

    def left(self, doing: str) -> float:
        """Return how many seconds are left; raise ``OutOfTime`` if there are none. ``doing`` is what goes on now."""
        seconds = self.at - self.monotonic()
        if seconds <= 0:
            raise OutOfTime(f"the time for this backup was over while {doing}")
        return seconds
