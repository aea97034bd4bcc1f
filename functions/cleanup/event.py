"""The event that asks for a cleanup."""

from dataclasses import dataclass
from datetime import datetime

from caretaker.core.event import EventError, details, scheduled


@dataclass(frozen=True, slots=True)
class Asked:
    """A cleanup that is asked for; with ``plan`` only what it would do."""

    at: datetime
    plan: bool = False


def asked(event: object) -> Asked:
    """Return what an event asks for; raise ``EventError`` if it is not understood."""
    at = scheduled(event).at
    plan = details(event, "plan").get("plan", False)
    if not isinstance(plan, bool):
        raise EventError("plan is true or false")
    return Asked(at, plan)
