"""What one look found: a Result, and the Findings that explain it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from caretaker.core.codes import CODES


class Status(StrEnum):
    """The state of a check after one look, from best to worst.

    ``unknown`` means that the checker itself could not look: it never pages and never
    counts against uptime.
    """

    OK = "ok"
    UNKNOWN = "unknown"
    DEGRADED = "degraded"
    DOWN = "down"

    @property
    def is_bad(self) -> bool:
        """Whether the look counts towards an incident."""
        return self in (Status.DEGRADED, Status.DOWN)


class Severity(StrEnum):
    """How urgent something is: ``critical`` is P1, ``low`` is P4."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the least urgent, 3 for the most."""
        return _RANKS[self]


_RANKS = {Severity.LOW: 0, Severity.MEDIUM: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}


@dataclass(frozen=True, slots=True)
class CertificateName:
    """Which certificate a Finding is about. ``serial`` is in hexadecimal.

    ``position`` is its place in what the server presented, 0 for the server's own; None if it was not presented.
    """

    subject: str
    issuer: str
    serial: str
    position: int | None

    def to_json(self) -> dict[str, str | int | None]:
        """Return the name as ``caretaker check --json`` shows it."""
        return {"subject": self.subject, "issuer": self.issuer, "serial": self.serial, "position": self.position}


@dataclass(frozen=True, slots=True)
class Finding:
    """One named defect, what was measured against which limit, and what to do first.

    ``code`` is one of ``caretaker.core.codes.CODES``. ``measured`` and ``limit`` are texts with
    their units ("6.2 s", "5 s"), empty where the defect has none. ``certificate`` is the one that it is about,
    if it is about one.
    """

    code: str
    severity: Severity
    message: str
    fix: str
    measured: str = ""
    limit: str = ""
    certificate: CertificateName | None = None

    @property
    def status(self) -> Status:
        """The status that a Result with only this Finding has."""
        return Status.OK if self.severity is Severity.LOW else Status(CODES[self.code].status)

    def to_json(self) -> dict[str, Any]:
        """Return the Finding as ``caretaker check --json`` shows it."""
        shown: dict[str, Any] = {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "fix": self.fix,
        }
        if self.measured:
            shown["measured"] = self.measured
        if self.limit:
            shown["limit"] = self.limit
        if self.certificate:
            shown["certificate"] = self.certificate.to_json()
        return shown

    @classmethod
    def from_json(cls, shown: Mapping[str, Any]) -> "Finding":
        """Return the Finding that ``to_json`` wrote."""
        certificate = shown.get("certificate")
        return cls(
            shown["code"],
            Severity(shown["severity"]),
            shown["message"],
            shown["fix"],
            shown.get("measured", ""),
            shown.get("limit", ""),
            CertificateName(**certificate) if certificate else None,
        )


Measurement = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Result:
    """What one look at one check found.

    ``check`` is ``<kind>/<name>``. ``observed_at`` is the scheduled time of the run in UTC.
    ``blip`` holds what a first look complained of when its re-check passed: such a Result is
    ``ok``, and the blip is recorded but tells nobody. ``confirmed`` is False for a bad first look
    that could not be repeated before the run's deadline. ``where`` (an address without secrets) and
    ``group`` are shown in messages.
    """

    check: str
    status: Status
    severity: Severity | None
    summary: str
    observed_at: datetime
    findings: tuple[Finding, ...] = ()
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    blip: tuple[Finding, ...] = ()
    confirmed: bool = True
    where: str = ""
    group: str = ""

    @property
    def kind(self) -> str:
        """The part of the check's name before the slash."""
        return self.check.partition("/")[0]

    @property
    def name(self) -> str:
        """The part of the check's name behind the slash."""
        return self.check.partition("/")[2]

    def to_json(self) -> dict[str, object]:
        """Return the Result as ``caretaker check --json`` shows it."""
        return {
            "check": self.check,
            "status": str(self.status),
            "severity": None if self.severity is None else str(self.severity),
            "summary": self.summary,
            "observed_at": timestamp(self.observed_at),
            "findings": [finding.to_json() for finding in self.findings],
            "measurements": dict(self.measurements),
        }


def judge(
    check: str,
    findings: Iterable[Finding],
    *,
    observed_at: datetime,
    healthy: str,
    measurements: Mapping[str, Measurement] | None = None,
    where: str = "",
    group: str = "",
) -> Result:
    """Return the Result that these findings add up to.

    Its status and severity are those of the worst finding; findings of severity ``low`` alone leave
    it ``ok``. The summary is the worst finding's message, or ``healthy`` if there is none.
    """
    ordered = tuple(sorted(findings, key=_badness, reverse=True))
    worst = ordered[0] if ordered else None
    return Result(
        check=check,
        status=worst.status if worst else Status.OK,
        severity=worst.severity if worst else None,
        summary=worst.message if worst else healthy,
        observed_at=observed_at,
        findings=ordered,
        measurements=measurements or {},
        where=where,
        group=group,
    )


def _badness(finding: Finding) -> tuple[bool, int]:
    return finding.status is Status.DOWN, finding.severity.rank


def timestamp(moment: datetime) -> str:
    """Return a UTC time as ``2026-11-20T02:00:00Z``, which sorts as text in the order of time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """Return the UTC time that an ISO 8601 text names; raise ``ValueError`` if it names none or has no zone."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone: write it as 2026-11-20T02:00:00Z")
    return parsed.astimezone(UTC)
