"""What is remembered of a check between runs."""

from collections.abc import Mapping
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
    """What one run said of a check. ``severity`` is None for a good run."""

    at: datetime
    status: Status
    severity: Severity | None
    confirmed: bool = True

    @property
    def badness(self) -> tuple[int, bool]:
        """Orders verdicts by urgency, and ``down`` above ``degraded`` of the same urgency."""
        if self.severity is None or not self.status.is_bad:
            return (-1, False)
        return (self.severity.rank, self.status is Status.DOWN)


def verdict_of(result: Result) -> Verdict:
    """Return what a Result says, without its details."""
    return Verdict(result.observed_at, result.status, result.severity, result.confirmed)


@dataclass(frozen=True, slots=True)
class Incident:
    """An open incident. ``told`` is the badness that people know of; ``worst`` the worst severity it had.

    ``since`` is the first bad run; ``notified`` is the outbox item that told of it last.
    """

    id: str
    since: datetime
    status: Status
    severity: Severity
    worst: Severity
    notified: str | None = None

    @property
    def told(self) -> tuple[int, bool]:
        """What people were told last, comparable with a verdict's badness."""
        return (self.severity.rank, self.status is Status.DOWN)


@dataclass(frozen=True, slots=True)
class State:
    """A check's state: ``verdicts`` are the last runs, oldest first, since it was last in order.

    A check without an item in the table is in order. ``version`` counts the writes, 0 for none.
    """

    check: str
    phase: Phase = Phase.OK
    last_run: datetime | None = None
    last_good: datetime | None = None
    verdicts: tuple[Verdict, ...] = ()
    incident: Incident | None = None
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
            "verdicts": [
                [
                    timestamp(verdict.at),
                    str(verdict.status),
                    verdict.severity and str(verdict.severity),
                    verdict.confirmed,
                ]
                for verdict in self.verdicts
            ],
            "incident": self.incident
            and {
                "id": self.incident.id,
                "since": timestamp(self.incident.since),
                "status": str(self.incident.status),
                "severity": str(self.incident.severity),
                "worst": str(self.incident.worst),
                "notified": self.incident.notified,
            },
            "version": self.version,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "State":
        """Return the state that ``to_json`` wrote."""
        incident = stored["incident"]
        return cls(
            check=stored["check"],
            phase=Phase(stored["phase"]),
            last_run=_read(stored["last_run"]),
            last_good=_read(stored["last_good"]),
            verdicts=tuple(
                Verdict(moment(at), Status(status), Severity(severity) if severity else None, confirmed)
                for at, status, severity, confirmed in stored["verdicts"]
            ),
            incident=incident
            and Incident(
                id=incident["id"],
                since=moment(incident["since"]),
                status=Status(incident["status"]),
                severity=Severity(incident["severity"]),
                worst=Severity(incident["worst"]),
                notified=incident["notified"],
            ),
            version=stored["version"],
        )


def _written(at: datetime | None) -> str | None:
    return None if at is None else timestamp(at)


def _read(text: str | None) -> datetime | None:
    return None if text is None else moment(text)
