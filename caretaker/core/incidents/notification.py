"""What people are told of one incident at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from caretaker.core.results import Finding, Severity, Status, moment, timestamp

FINDINGS_SHOWN = 5


class Event(StrEnum):
    """The reasons to notify."""

    OPENED = "opened"
    WORSENED = "worsened"
    IMPROVED = "improved"
    REMINDER = "reminder"
    RESOLVED = "resolved"
    UNWATCHED = "unwatched"

    @property
    def topic(self) -> str:
        """``alarm`` goes by the routes of the day; ``update`` goes to whoever was told of the incident."""
        return "alarm" if self in (Event.OPENED, Event.WORSENED) else "update"


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing to tell. ``severity`` is the incident's; for its end, the worst that it had.

    ``since`` is the first bad run, ``at`` the run that this is about, ``last_good`` the last good run
    before. ``was`` is the severity before a change. ``previous`` is the outbox item that told of the
    incident before this one. ``note`` is a sentence on the circumstances; ``first`` marks the first alarm
    of a check for hours. Where ``suppressed_by`` names
    a check, this goes into the timeline and nobody is told.
    """

    event: Event
    incident: str
    check: str
    group: str
    where: str
    status: Status
    severity: Severity
    summary: str
    findings: tuple[Finding, ...]
    since: datetime
    at: datetime
    last_good: datetime | None
    was: Severity | None = None
    previous: str | None = None
    note: str = ""
    flapping: bool = False
    first: bool = False
    suppressed_by: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether the incident is over with this."""
        return self.event in (Event.RESOLVED, Event.UNWATCHED)

    def to_json(self, environment: str) -> dict[str, Any]:
        """Return the notification as the outbox holds it."""
        lasted = self.has_ended or self.event is Event.REMINDER
        return {
            "kind": str(self.event),
            "incident": self.incident,
            "check": self.check,
            "name": self.check.partition("/")[2],
            "group": self.group,
            "environment": environment,
            "where": self.where,
            "status": str(self.status),
            "severity": str(self.severity),
            "summary": self.summary,
            "findings": [finding.to_json() for finding in self.findings[:FINDINGS_SHOWN]],
            "more_findings": max(0, len(self.findings) - FINDINGS_SHOWN),
            "since": timestamp(self.since),
            "at": timestamp(self.at),
            "last_good": None if self.last_good is None else timestamp(self.last_good),
            "was": None if self.was is None else str(self.was),
            "seconds": int((self.at - self.since).total_seconds()) if lasted else None,
            "previous": self.previous,
            "note": self.note,
            "flapping": self.flapping,
            "first": self.first,
            "suppressed_by": self.suppressed_by,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Notification":
        """Return the notification that ``to_json`` wrote, as far as it was written down."""
        return cls(
            event=Event(stored["kind"]),
            incident=stored["incident"],
            check=stored["check"],
            group=stored["group"],
            where=stored["where"],
            status=Status(stored["status"]),
            severity=Severity(stored["severity"]),
            summary=stored["summary"],
            findings=tuple(Finding.from_json(finding) for finding in stored["findings"]),
            since=moment(stored["since"]),
            at=moment(stored["at"]),
            last_good=None if stored["last_good"] is None else moment(stored["last_good"]),
            was=None if stored["was"] is None else Severity(stored["was"]),
            previous=stored["previous"],
            note=stored["note"],
            flapping=stored["flapping"],
            first=stored["first"],
            suppressed_by=stored["suppressed_by"],
        )
