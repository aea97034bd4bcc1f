"""Reminders of incidents that stay open."""

from dataclasses import replace
from datetime import datetime, timedelta

from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.notification import Event, Notification
from caretaker.core.incidents.state import State
from caretaker.core.results import Severity

REMINDED = frozenset({Severity.CRITICAL, Severity.HIGH})


def remind(state: State, last: Notification, at: datetime, every: timedelta) -> Decision:
    """Return the reminder that is due at a time, given what was told of the incident last."""
    incident = state.incident
    if incident is None or incident.told_at is None or incident.suppressed_by or incident.severity not in REMINDED:
        return Decision(state, changed=False)
    if at - incident.told_at < every or last.incident != incident.id:
        return Decision(state, changed=False)
    told = replace(
        last,
        event=Event.REMINDER,
        status=incident.status,
        severity=incident.severity,
        since=incident.since,
        at=at,
        was=None,
        previous=incident.notified,
        note="",
    )
    return Decision(replace(state, incident=replace(incident, told_at=at)), changed=True, notification=told)
