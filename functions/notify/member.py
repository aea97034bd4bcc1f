"""One thing to tell, as the outbox holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caretaker.core.incidents.notification import Event
from caretaker.core.results import Finding, Severity, moment


@dataclass(frozen=True, slots=True)
class Member:
    """A notification read back. ``previous`` is the outbox item that told of the incident before.

    ``runbook`` is the address of the page that says what to do, or its path in the repository; it is not stored,
    so that it is where the page is today.
    """

    event: Event
    incident: str
    check: str
    name: str
    group: str
    environment: str
    where: str
    status: str
    severity: Severity
    summary: str
    findings: tuple[Finding, ...]
    more_findings: int
    since: datetime
    at: datetime
    last_good: datetime | None
    was: Severity | None
    seconds: int | None
    previous: str | None
    note: str = ""
    flapping: bool = False
    first: bool = False
    runbook: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether the incident is over with this."""
        return self.event in (Event.RESOLVED, Event.UNWATCHED)


def member(stored: Mapping[str, Any]) -> Member:
    """Return the member that the outbox holds; raise ``KeyError`` or ``ValueError`` if it is damaged."""
    return Member(
        event=Event(stored["kind"]),
        incident=stored["incident"],
        check=stored["check"],
        name=stored["name"],
        group=stored["group"],
        environment=stored["environment"],
        where=stored["where"],
        status=stored["status"],
        severity=Severity(stored["severity"]),
        summary=stored["summary"],
        findings=tuple(Finding.from_json(finding) for finding in stored["findings"]),
        more_findings=stored["more_findings"],
        since=moment(stored["since"]),
        at=moment(stored["at"]),
        last_good=moment(stored["last_good"]) if stored["last_good"] else None,
        was=Severity(stored["was"]) if stored["was"] else None,
        seconds=stored["seconds"],
        previous=stored["previous"],
        note=stored.get("note", ""),
        flapping=stored.get("flapping", False),
        first=stored.get("first", False),
    )
