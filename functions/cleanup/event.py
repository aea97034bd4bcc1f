"""The event that asks for a cleanup."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from caretaker.core.event import EventError, scheduled


@dataclass(frozen=True, slots=True)
class Asked:
    """A cleanup that is asked for; with ``plan`` only what it would do."""

    at: datetime
    plan: bool = False


def asked(event: object) -> Asked:
    """Return what an event asks for; raise ``EventError`` if it is not understood."""
    at = scheduled(event).at
    assert isinstance(event, Mapping), "scheduled() takes mappings only"
    unknown = set(event) - {"scheduled_at", "plan"}
    if unknown:
        raise EventError(f"the event has a key that is not known: {min(unknown)}")
    if not isinstance(event.get("plan", False), bool):
        raise EventError("plan is true or false")
    return Asked(at, event.get("plan", False))
