"""What is remembered of a check between runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from caretaker.core.results import Result, Severity, Status, moment, timestamp

WINDOW = 12  # verdicts that are remembered: the most that a policy may ask about


class Phase(StrEnum):
    """Where a check stands. After ``open`` it is ``ok`` again; what happens between is ``resolved``."""

    OK = "ok"
    SUSPECTED = "suspected"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one run said of a check. ``severity`` is None for a good run; of a ``blip`` only the first look was bad."""

    at: datetime
    status: Status
    severity: Severity | None
    confirmed: bool = True
    blip: bool = False

    @property
    def badness(self) -> tuple[int, bool]:
        """Orders verdicts by urgency, and ``down`` above ``degraded`` of the same urgency."""
        if self.severity is None or not self.status.is_bad:
            return (-1, False)
        return (self.severity.rank, self.status is Status.DOWN)


def verdict_of(result: Result) -> Verdict:
    """Return what a Result says, without its details."""
    return Verdict(result.observed_at, result.status, result.severity, result.confirmed, bool(result.blip))


@dataclass(frozen=True, slots=True)
class Incident:
    """An open incident. ``told`` is the badness that people know of; ``worst`` the worst severity it had.

    ``since`` is the first bad run; ``notified`` is the outbox item that told of it last, and ``told_at`` the run or
    sweep of that; ``codes`` are the findings' that they were told of. While ``suppressed_by`` names a check that is
    bad too, nobody was told of it.
    """

    id: str
    since: datetime
    status: Status
    severity: Severity
    worst: Severity
    notified: str | None = None
    told_at: datetime | None = None
    suppressed_by: str = ""
    flapping: bool = False
    codes: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[int, bool]:
        """What people were told last, comparable with a verdict's badness."""
        return (self.severity.rank, self.status is Status.DOWN)


@dataclass(frozen=True, slots=True)
class State:
    """A check's state: ``verdicts`` are the last runs, oldest first, since it was last in order.

    A check without an item in the table is in order. ``openings`` are when its last incidents opened.
    ``version`` counts the writes, 0 for none.
    """

    check: str
    phase: Phase = Phase.OK
    last_run: datetime | None = None
    last_good: datetime | None = None
    verdicts: tuple[Verdict, ...] = ()
    incident: Incident | None = None
    openings: tuple[datetime, ...] = ()
    version: int = 0

    def with_verdict(self, verdict: Verdict) -> "State":
        """Return the state with one more run, the oldest forgotten beyond the window."""
        return replace(self, last_run=verdict.at, verdicts=(*self.verdicts, verdict)[-WINDOW:])

    def to_json(self) -> dict[str, Any]:
        """Return the state as it is stored."""
        return {
            "check": self.check,
            "phase": str(self.phase),
            "last_run": _written(self.last_run),
            "last_good": _written(self.last_good),
            "verdicts": [_written_verdict(verdict) for verdict in self.verdicts],
            "incident": self.incident and _written_incident(self.incident),
            "openings": [timestamp(at) for at in self.openings],
            "version": self.version,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "State":
        """Return the state that ``to_json`` wrote."""
        return cls(
            check=stored["check"],
            phase=Phase(stored["phase"]),
            last_run=_read(stored["last_run"]),
            last_good=_read(stored["last_good"]),
            verdicts=tuple(_read_verdict(verdict) for verdict in stored["verdicts"]),
            incident=stored["incident"] and _read_incident(stored["incident"]),
            openings=tuple(moment(at) for at in stored["openings"]),
            version=stored["version"],
        )


def _written_verdict(verdict: Verdict) -> list[Any]:  # texts, None and booleans
    severity = verdict.severity and str(verdict.severity)
    return [timestamp(verdict.at), str(verdict.status), severity, verdict.confirmed, verdict.blip]


def _read_verdict(stored: Sequence[Any]) -> Verdict:
    at, status, severity, confirmed, blip = stored
    return Verdict(moment(at), Status(status), Severity(severity) if severity else None, confirmed, blip)


def _written_incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "since": timestamp(incident.since),
        "status": str(incident.status),
        "severity": str(incident.severity),
        "worst": str(incident.worst),
        "notified": incident.notified,
        "told_at": _written(incident.told_at),
        "suppressed_by": incident.suppressed_by,
        "flapping": incident.flapping,
        "codes": list(incident.codes),
    }


def _read_incident(stored: Mapping[str, Any]) -> Incident:
    return Incident(
        id=stored["id"],
        since=moment(stored["since"]),
        status=Status(stored["status"]),
        severity=Severity(stored["severity"]),
        worst=Severity(stored["worst"]),
        notified=stored["notified"],
        told_at=_read(stored["told_at"]),
        suppressed_by=stored["suppressed_by"],
        flapping=stored["flapping"],
        codes=tuple(stored.get("codes", ())),
    )


def _written(at: datetime | None) -> str | None:
    return None if at is None else timestamp(at)


def _read(text: str | None) -> datetime | None:
    return None if text is None else moment(text)
