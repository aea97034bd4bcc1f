"""The event that asks for backups."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from caretaker.core.event import EventError, details, scheduled, texts

Kind = Literal["daily", "emergency"]

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A backup that is asked for. ``database`` is empty for all of them.

    ``at`` is the time that it was scheduled for, ``request`` what whoever asked will know it by; of a ``dry_run``
    nothing is stored.
    """

    at: datetime
    database: str = ""
    kind: Kind = "daily"
    reason: str = ""
    request: str = ""
    dry_run: bool = False


def asked(event: object) -> Asked:
    """Return what an event asks for; raise ``EventError`` if it is not understood."""
    at = scheduled(event).at
    said = details(event, "database", "kind", "reason", "request", "dry_run")
    kind, dry_run = said.get("kind", "daily"), said.get("dry_run", False)
    if kind not in ("daily", "emergency"):
        raise EventError('kind is "daily" or "emergency"')
    if not isinstance(dry_run, bool):
        raise EventError("dry_run is true or false")
    named = texts(said, "database", "reason", "request")
    if kind == "emergency" and not (named["database"] and named["reason"].strip()):
        raise EventError("an emergency backup names its database and a reason")
    reason = " ".join(named["reason"].split())[:_LONGEST_REASON]
    return Asked(at, named["database"], kind, reason, named["request"], dry_run)
