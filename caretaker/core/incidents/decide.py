"""The rules by which Results open, change and resolve incidents.

What must hold, whatever the history:

* An incident must open as soon as M of the last N runs were bad, and must never open before.
* A run that is not newer than a state's last one must change nothing, so that a run may be repeated.
* ``unknown`` must never open, change or resolve anything.
* People must never be told twice in a row that an incident opened or resolved, and must be told that
  it resolved if and only if they were told that it opened.
* A bad look that could not be repeated must never open an incident by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from caretaker.core.incidents.notification import Event, Notification
from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import Incident, Phase, State, Verdict, verdict_of
from caretaker.core.results import Result, Severity, Status

_CALMER_RUNS = 2  # an improvement is said when it has lasted for two runs, so that it does not flutter


@dataclass(frozen=True, slots=True)
class Decision:
    """What a run makes of a check: its state, whether that is to be written, and what to tell."""

    state: State
    changed: bool
    notification: Notification | None = None


def decide(state: State, result: Result, policy: Policy) -> Decision:
    """Return what this Result makes of the state. Time is the Result's ``observed_at``."""
    if state.last_run is not None and result.observed_at <= state.last_run:
        return Decision(state, changed=False)
    if result.status is Status.UNKNOWN:
        return Decision(state, changed=False)
    if state.phase is Phase.OK and not result.status.is_bad:
        return Decision(state, changed=False)
    seen = state.with_verdict(verdict_of(result))
    if state.incident is None:
        return _without_incident(seen, result, policy)
    return _with_incident(seen, state.incident, result, policy)


def unwatch(state: State, at: datetime) -> Decision:
    """Return what becomes of a check that left the configuration: an open incident ends as ``unwatched``."""
    if state.incident is None or (state.last_run is not None and at <= state.last_run):
        return Decision(state, changed=False)
    incident = state.incident
    ended = State(state.check, last_run=at, version=state.version)
    notification = Notification(
        event=Event.UNWATCHED,
        incident=incident.id,
        check=state.check,
        group="",
        where="",
        status=incident.status,
        severity=incident.worst,
        summary="no longer watched: it left the configuration",
        findings=(),
        since=incident.since,
        at=at,
        last_good=state.last_good,
        previous=incident.notified,
    )
    return Decision(ended, changed=True, notification=notification)


def _without_incident(seen: State, result: Result, policy: Policy) -> Decision:
    if not result.status.is_bad:
        if any(verdict.status.is_bad for verdict in seen.verdicts[-_longest(policy) :]):
            return Decision(replace(seen, last_good=result.observed_at), changed=True)
        return Decision(_in_order(seen), changed=True)
    if not _opens(seen.verdicts, policy):
        return Decision(replace(seen, phase=Phase.SUSPECTED), changed=True)
    incident = Incident(
        id=f"{result.observed_at:%Y%m%dT%H%M%SZ}-{result.kind}-{result.name}",
        since=_first_bad(seen.verdicts, policy),
        status=result.status,
        severity=_severity(result),
        worst=_severity(result),
    )
    opened = replace(seen, phase=Phase.OPEN, incident=incident)
    return Decision(opened, changed=True, notification=_tell(Event.OPENED, opened, incident, result))


def _with_incident(seen: State, incident: Incident, result: Result, policy: Policy) -> Decision:
    if not result.status.is_bad:
        good = replace(seen, last_good=result.observed_at) if result.confirmed else seen
        if _trailing_good(seen.verdicts) < policy.recover:
            return Decision(good, changed=True)
        ending = replace(incident, severity=incident.worst)
        return Decision(_in_order(good), changed=True, notification=_tell(Event.RESOLVED, seen, ending, result))
    if _worse(seen.verdicts, incident, policy):
        severity = _severity(result)
        worst = max(incident.worst, severity, key=lambda known: known.rank)
        return _changed(Event.WORSENED, seen, incident, result, severity, worst)
    calmer = _calmer(seen.verdicts, incident, policy)
    if calmer is not None:
        return _changed(Event.IMPROVED, seen, incident, result, calmer, incident.worst)
    return Decision(seen, changed=True)


def _changed(
    event: Event, seen: State, incident: Incident, result: Result, severity: Severity, worst: Severity
) -> Decision:
    now = replace(incident, status=result.status, severity=severity, worst=worst)
    told = _tell(event, seen, now, result, was=incident.severity)
    return Decision(replace(seen, incident=now), changed=True, notification=told)


def _opens(verdicts: tuple[Verdict, ...], policy: Policy) -> bool:
    """Whether the last verdict, a bad one, completes what the policy asks for."""
    last = verdicts[-1]
    needed = 1 if last.confirmed else 2
    down = _count(verdicts, policy.confirm, lambda verdict: verdict.status is Status.DOWN)
    bad = _count(verdicts, policy.confirm_limits, lambda verdict: verdict.status.is_bad)
    for_down = last.status is Status.DOWN and down >= max(needed, policy.confirm.bad)
    return for_down or bad >= max(needed, policy.confirm_limits.bad)


def _worse(verdicts: tuple[Verdict, ...], incident: Incident, policy: Policy) -> bool:
    """Whether the last verdict is worse than what people know, by as many runs as it takes to open."""
    last = verdicts[-1]
    if last.badness <= incident.told:
        return False
    confirm = policy.confirm if last.status is Status.DOWN else policy.confirm_limits
    needed = max(1 if last.confirmed else 2, confirm.bad)
    return _count(verdicts, confirm, lambda verdict: verdict.badness >= last.badness) >= needed


def _calmer(verdicts: tuple[Verdict, ...], incident: Incident, policy: Policy) -> Severity | None:
    """Return the severity of an incident that has been less bad than told for long enough, else None."""
    recent = verdicts[-max(policy.recover, _CALMER_RUNS) :]
    bad = [verdict.severity for verdict in recent if verdict.severity is not None and verdict.status.is_bad]
    if len(bad) < max(policy.recover, _CALMER_RUNS) or any(verdict.badness >= incident.told for verdict in recent):
        return None
    return max(bad, key=lambda severity: severity.rank)


def _count(verdicts: tuple[Verdict, ...], confirm: Confirm, is_one: Callable[[Verdict], bool]) -> int:
    return sum(1 for verdict in verdicts[-confirm.of :] if is_one(verdict))


def _trailing_good(verdicts: tuple[Verdict, ...]) -> int:
    count = 0
    for verdict in reversed(verdicts):
        if verdict.status.is_bad:
            break
        count += verdict.confirmed
    return count


def _first_bad(verdicts: tuple[Verdict, ...], policy: Policy) -> datetime:
    return next(verdict.at for verdict in verdicts[-_longest(policy) :] if verdict.status.is_bad)


def _longest(policy: Policy) -> int:
    return max(policy.confirm.of, policy.confirm_limits.of)


def _in_order(seen: State) -> State:
    return State(seen.check, last_run=seen.last_run, last_good=seen.last_run, version=seen.version)


def _severity(result: Result) -> Severity:
    assert result.severity is not None, "a bad Result has a severity"
    return result.severity


def _tell(event: Event, state: State, incident: Incident, result: Result, was: Severity | None = None) -> Notification:
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
    )
