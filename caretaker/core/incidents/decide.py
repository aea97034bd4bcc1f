"""The rules by which Results open, change and resolve incidents.

What must hold, whatever the history:

* An incident must open as soon as M of the last N runs were bad, or too many of them were blips, and
  must never open before.
* A run that is not newer than a state's last one must change nothing, so that a run may be repeated.
* ``unknown`` must never open, change or resolve anything.
* People must never be told twice in a row that an incident opened or resolved, and must be told that
  it resolved if and only if they were told that it opened.
* A bad look that could not be repeated must never open an incident by itself.
* An incident that another check suppresses must stay silent while that one is bad, must be told as soon
  as it is bad alone, and must never be told of if it ends before.
* A flapping check must be told of once, and must not resolve before it was good for three runs in a row.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from caretaker.core.incidents import evidence, flapping
from caretaker.core.incidents.decision import USUAL, Circumstances, Decision, tell
from caretaker.core.incidents.notification import Event, Notification
from caretaker.core.incidents.policy import Policy
from caretaker.core.incidents.state import Incident, Phase, State, verdict_of
from caretaker.core.results import Result, Severity, Status

# A last run that lies further ahead than this was recorded by a clock or an event that was wrong: what
# it says of the future must not make a check blind until then.
_FURTHEST_REPEATED = timedelta(hours=6)


def decide(state: State, result: Result, policy: Policy, circumstances: Circumstances = USUAL) -> Decision:
    """Return what this Result makes of the state. Time is the Result's ``observed_at``."""
    if is_repeated(state, result.observed_at) or result.status is Status.UNKNOWN:
        return Decision(state, changed=False)
    if _is_uneventful(state, result):
        return Decision(state, changed=False)
    seen = state.with_verdict(verdict_of(result))
    if state.incident is None:
        return _without_incident(seen, result, policy, circumstances)
    if not result.status.is_bad:
        return _good_again(seen, state.incident, result, policy, circumstances)
    if state.incident.suppressed_by:
        return _held_back(seen, state.incident, result, circumstances)
    if circumstances.suppressed_by:
        return Decision(seen, changed=True)
    return _still_bad(seen, state.incident, result, policy)


def is_repeated(state: State, at: datetime) -> bool:
    """Whether a run of this time is taken for one that the state knows already."""
    return state.last_run is not None and timedelta(0) <= state.last_run - at < _FURTHEST_REPEATED


def unwatch(state: State, at: datetime) -> Decision:
    """Return what becomes of a check that left the configuration: an open incident ends as ``unwatched``."""
    if state.incident is None or is_repeated(state, at):
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
        suppressed_by=incident.suppressed_by,
    )
    return Decision(ended, changed=True, notification=notification)


def _is_uneventful(state: State, result: Result) -> bool:
    return state.phase is Phase.OK and not state.verdicts and not result.status.is_bad and not result.blip


def _without_incident(seen: State, result: Result, policy: Policy, circumstances: Circumstances) -> Decision:
    if not result.status.is_bad:
        if evidence.matters(seen.verdicts, policy):
            return Decision(replace(seen, last_good=result.observed_at), changed=True)
        return Decision(_in_order(seen), changed=True)
    if not evidence.opens(seen.verdicts, policy):
        return Decision(replace(seen, phase=Phase.SUSPECTED), changed=True)
    openings = flapping.openings(seen, result.observed_at)
    incident = Incident(
        id=f"{result.observed_at:%Y%m%dT%H%M%SZ}-{result.kind}-{result.name}",
        since=evidence.first_bad(seen.verdicts, policy),
        status=result.status,
        severity=_severity(result),
        worst=_severity(result),
        suppressed_by=circumstances.suppressed_by,
        flapping=len(openings) >= flapping.TIMES,
    )
    note = _joined(flapping.BEGINS if incident.flapping else "", circumstances.note)
    return _told(Event.OPENED, replace(seen, openings=openings), incident, result, note=note)


def _good_again(
    seen: State, incident: Incident, result: Result, policy: Policy, circumstances: Circumstances
) -> Decision:
    good = replace(seen, last_good=result.observed_at) if result.confirmed else seen
    needed = max(policy.recover, flapping.GOOD_RUNS) if incident.flapping else policy.recover
    if evidence.trailing_good(seen.verdicts) < needed:
        return Decision(good, changed=True)
    ending = replace(incident, severity=incident.worst)
    note = _joined(flapping.OVER if incident.flapping else "", circumstances.note)
    return Decision(_in_order(good), changed=True, notification=tell(Event.RESOLVED, seen, ending, result, note=note))


def _held_back(seen: State, incident: Incident, result: Result, circumstances: Circumstances) -> Decision:
    """Return what becomes of an incident that nobody was told of: it speaks when nothing suppresses it any more."""
    severity = _severity(result)
    worst = max(incident.worst, severity, key=lambda known: known.rank)
    now = replace(incident, status=result.status, severity=severity, worst=worst)
    if circumstances.suppressed_by or not result.confirmed:
        suppressed_by = circumstances.suppressed_by or incident.suppressed_by
        return Decision(replace(seen, incident=replace(now, suppressed_by=suppressed_by)), changed=True)
    note = f"It was bad while {incident.suppressed_by.partition('/')[2]} was, and still is."
    note = _joined(note, flapping.BEGINS if incident.flapping else "", circumstances.note)
    return _told(Event.OPENED, seen, replace(now, suppressed_by=""), result, note=note)


def _still_bad(seen: State, incident: Incident, result: Result, policy: Policy) -> Decision:
    if evidence.worse(seen.verdicts, incident, policy):
        return _changed(Event.WORSENED, seen, incident, result, _severity(result))
    if incident.flapping:
        if evidence.trailing_bad(seen.verdicts) < flapping.BAD_RUNS:
            return Decision(seen, changed=True)
        steady = replace(incident, flapping=False)
        return _told(Event.REMINDER, seen, steady, result, note=flapping.ENDS)
    calmer = evidence.calmer(seen.verdicts, incident, policy)
    if calmer is not None:
        return _changed(Event.IMPROVED, seen, incident, result, calmer)
    if policy.each_code and result.confirmed and (new := _new(incident, result)):
        return _told(Event.WORSENED, seen, incident, result, was=incident.severity, note=f"New: {', '.join(new)}.")
    return Decision(seen, changed=True)


def _changed(event: Event, seen: State, incident: Incident, result: Result, severity: Severity) -> Decision:
    worst = max(incident.worst, severity, key=lambda known: known.rank)
    now = replace(incident, status=result.status, severity=severity, worst=worst)
    return _told(event, seen, now, result, was=incident.severity)


def _told(
    event: Event, seen: State, incident: Incident, result: Result, *, was: Severity | None = None, note: str = ""
) -> Decision:
    told_at = None if incident.suppressed_by else result.observed_at
    codes = (*incident.codes, *_new(incident, result))
    known = replace(seen, phase=Phase.OPEN, incident=replace(incident, told_at=told_at, codes=codes))
    return Decision(known, changed=True, notification=tell(event, seen, incident, result, was=was, note=note))


def _new(incident: Incident, result: Result) -> list[str]:
    """Return the codes of the defects that people do not know of yet."""
    bad = dict.fromkeys(finding.code for finding in result.findings if finding.status.is_bad)
    return [code for code in bad if code not in incident.codes]


def _in_order(seen: State) -> State:
    recent = tuple(at for at in seen.openings if seen.last_run and seen.last_run - at < flapping.SPAN)
    return State(seen.check, last_run=seen.last_run, last_good=seen.last_run, openings=recent, version=seen.version)


def _severity(result: Result) -> Severity:
    assert result.severity is not None, "a bad Result has a severity"
    return result.severity


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
