"""The event that asks for backups."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from caretaker.core.event import EventError, scheduled

Kind = Literal["daily", "emergency"]

_REQUEST = re.compile(r"[A-Za-z0-9-]{1,64}")
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
    assert isinstance(event, Mapping), "scheduled() takes mappings only"
    unknown = set(event) - {"scheduled_at", "database", "kind", "reason", "request", "dry_run"}
    if unknown:
        raise EventError(f"the event has a key that is not known: {min(unknown)}")
    kind, dry_run = event.get("kind", "daily"), event.get("dry_run", False)
    if kind not in ("daily", "emergency"):
        raise EventError('kind is "daily" or "emergency"')
    if not isinstance(dry_run, bool):
        raise EventError("dry_run is true or false")
    texts = {name: event.get(name, "") for name in ("database", "reason", "request")}
    wrong = next((name for name, text in texts.items() if not isinstance(text, str)), None)
    if wrong:
        raise EventError(f"{wrong} is a text")
    if texts["request"] and not _REQUEST.fullmatch(texts["request"]):
        raise EventError("request is at most 64 letters, digits and -")
    if kind == "emergency" and not (texts["database"] and texts["reason"].strip()):
        raise EventError("an emergency backup names its database and a reason")
    reason = " ".join(texts["reason"].split())[:_LONGEST_REASON]
    return Asked(at, texts["database"], kind, reason, texts["request"], dry_run)
