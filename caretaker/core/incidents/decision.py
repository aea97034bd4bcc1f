"""What a run, or a sweep, makes of a check."""

from dataclasses import dataclass

from caretaker.core.incidents.notification import Event, Notification
from caretaker.core.incidents.state import Incident, State
from caretaker.core.results import Result, Severity


@dataclass(frozen=True, slots=True)
class Decision:
    """A check's state, whether that is to be written, and what to tell or to note in its timeline."""

    state: State
    changed: bool
    notification: Notification | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else a run knows: the check for whose sake this one stays silent, and a note for what is told."""

    suppressed_by: str = ""
    note: str = ""


USUAL = Circumstances()


def tell(
    event: Event,
    state: State,
    incident: Incident,
    result: Result,
    *,
    was: Severity | None = None,
    note: str = "",
) -> Notification:
    """Return what is to be told of an incident after this Result; silently if the incident is suppressed."""
    return Notification(
        event=event,
        incident=incident.id,
        check=state.check,
        group=result.group,
        where=result.where,
        status=result.status,
        severity=incident.severity,
        summary=result.summary,
        findings=result.findings,
        since=incident.since,
        at=result.observed_at,
        last_good=state.last_good,
        was=was,
        previous=incident.notified,
        note=note,
        flapping=incident.flapping,
        first=event is Event.OPENED and len(state.openings) <= 1,
        suppressed_by=incident.suppressed_by,
    )
