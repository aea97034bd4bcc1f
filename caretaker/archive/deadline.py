"""The time that a backup, or a restore, has."""

from collections.abc import Callable
from dataclasses import dataclass


class OutOfTime(Exception):
    """Something had to be stopped because its time was over; the message says what it was at."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something has to have ended: ``at``, in seconds of ``monotonic``."""

    at: float
    monotonic: Callable[[], float]

    def left(self, doing: str) -> float:
        """Return how many seconds are left; raise ``OutOfTime`` if there are none. ``doing`` is what goes on now."""
        seconds = self.at - self.monotonic()
        if seconds <= 0:
            raise OutOfTime(f"the time was over while {doing}")
        return seconds
