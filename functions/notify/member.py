"""One notification, as the outbox holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caretaker.core.incidents.notification import Event
from caretaker.core.results import Finding, Severity, Status, moment


class Malformed(Exception):
    """A stored notification cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """What people are told of one incident; the fields mean what ``Notification`` says.

    ``seconds`` is how long it lasted, for its end. ``stored`` is the notification as it was written,
    for machines.
    """

    event: Event
    incident: str
    check: str
    name: str
    group: str
    environment: str
    where: str
    status: Status
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
    stored: Mapping[str, Any]

    @property
    def is_alarm(self) -> bool:
        """Whether this goes by the routes of the day, and not only to whoever was told."""
        return self.event.topic == "alarm"

    @property
    def is_end(self) -> bool:
        """Whether the incident is over."""
        return self.event in (Event.RESOLVED, Event.UNWATCHED)


def member(stored: object) -> Member:
    """Return the notification that was stored; raise ``Malformed`` if it is none."""
    if not isinstance(stored, Mapping):
        raise Malformed(f"a notification is {type(stored).__name__}, not an object")
    try:
        return _member(stored)
    except KeyError as missing:
        raise Malformed(f"{missing} is missing") from missing
    except (TypeError, ValueError, AttributeError) as wrong:
        raise Malformed(str(wrong)[:200]) from wrong


def _member(stored: Mapping[str, Any]) -> Member:
    return Member(
        event=Event(stored["kind"]),
        incident=_text(stored, "incident"),
        check=_text(stored, "check"),
        name=_text(stored, "name"),
        group=_text(stored, "group"),
        environment=_text(stored, "environment"),
        where=_text(stored, "where"),
        status=Status(stored["status"]),
        severity=Severity(stored["severity"]),
        summary=_text(stored, "summary"),
        findings=tuple(_finding(finding) for finding in stored["findings"]),
        more_findings=int(stored["more_findings"]),
        since=moment(stored["since"]),
        at=moment(stored["at"]),
        last_good=None if stored["last_good"] is None else moment(stored["last_good"]),
        was=None if stored["was"] is None else Severity(stored["was"]),
        seconds=None if stored["seconds"] is None else int(stored["seconds"]),
        previous=None if stored["previous"] is None else _text(stored, "previous"),
        stored=stored,
    )


def _finding(stored: Mapping[str, Any]) -> Finding:
    for name in ("code", "message", "fix"):
        _text(stored, name)
    for name in ("measured", "limit"):
        if name in stored:
            _text(stored, name)
    return Finding.from_json(stored)


def _text(stored: Mapping[str, Any], name: str) -> str:
    value = stored[name]
    if not isinstance(value, str):
        raise Malformed(f"{name} is {type(value).__name__}, not a text")
    return value
