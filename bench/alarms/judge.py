"""Holds what was delivered against what really happened."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from bench.alarms.trace import INTERVAL, RECHECK_SPAN, START, Fault, Trace
from bench.alarms.world import Delivered
from caretaker.core.availability import Change
from caretaker.core.results import moment


@dataclass
class Figures:
    """What a time of faults came to. Delays are in seconds."""

    target_years: float
    false_for_blips: int = 0
    false_for_the_checker: int = 0
    false_otherwise: int = 0
    outages: int = 0
    missed: int = 0
    delays_at_once: list[float] = field(default_factory=list)
    delays_two_of_three: list[float] = field(default_factory=list)
    incidents: int = 0
    lost: int = 0
    doubled: int = 0
    killed: int = 0
    messages: int = 0

    def to_json(self) -> dict[str, object]:
        """Return them as JSON, delays as percentiles."""
        return {
            **{name: value for name, value in asdict(self).items() if not isinstance(value, list)},
            "p95_at_once": percentile(self.delays_at_once, 0.95),
            "p95_two_of_three": percentile(self.delays_two_of_three, 0.95),
        }


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value that a share of values does not exceed."""
    if not values:
        return None
    return round(sorted(values)[min(len(values) - 1, int(share * len(values)))], 1)


def judge(trace: Trace, delivered: Sequence[Delivered], changes: Sequence[Change], killed: int) -> Figures:
    """Return the figures of what people were told."""
    years = len(trace.targets) * (trace.end - START).total_seconds() / (365.25 * 86_400)
    found = Figures(target_years=round(years, 4), killed=killed, messages=len(delivered))
    opened = _opened(delivered)
    for name, alarms in opened.items():
        for alarm in alarms:
            _blame(found, trace, name, alarm.since)
    for number, (name, faults) in enumerate(trace.targets.items()):
        for outage in _outages(faults, trace):
            _detect(found, outage, opened.get(name, []), _delays(found, number))
    told = Counter((member["incident"], member["kind"], member["at"]) for one in delivered for member in one.members)
    found.doubled = sum(count - 1 for count in told.values())
    found.incidents = sum(change.event == "opened" for change in changes)
    heard = {(incident, kind) for incident, kind, _ in told}
    for change in changes:
        is_told = (change.incident, change.event) in heard or (change.incident, "resolved") in heard
        found.lost += change.event in ("opened", "resolved", "worsened") and not is_told
    return found


@dataclass
class Alarm:
    """An incident as people heard of it: when it began, when they heard, and when it ended."""

    since: datetime
    told: datetime
    ended: datetime | None = None

    def covers(self, fault: Fault) -> bool:
        """Whether it was open during a fault."""
        return self.since <= fault.end and (self.ended is None or self.ended > fault.begin)


def _opened(delivered: Sequence[Delivered]) -> dict[str, list[Alarm]]:
    """Return the alarms of each target; a late recovery tells of both its beginning and its end."""
    found: dict[str, dict[str, Alarm]] = {}
    for one in delivered:
        for member in one.members:
            kind, _, name = member["check"].partition("/")
            if kind != "uptime":
                continue
            alarm = Alarm(moment(member["since"]), one.at)
            known = found.setdefault(name, {}).setdefault(member["incident"], alarm)
            if member["kind"] in ("resolved", "unwatched"):
                known.ended = moment(member["at"])
    return {name: list(incidents.values()) for name, incidents in found.items()}


def _blame(found: Figures, trace: Trace, name: str, since: datetime) -> None:
    """Count an alarm as false if nothing was wrong for longer than the looks of its run were apart."""
    near = timedelta(minutes=12)  # a limit's or a blip's incident begins some runs before it opens
    around = [fault for fault in trace.targets[name] if fault.begin <= since + near and fault.end >= since - near]
    if any(fault.length >= RECHECK_SPAN for fault in around):
        return
    if any(fault.begin <= since + near and fault.end >= since - near for fault in trace.network):
        found.false_for_the_checker += 1
    elif len(around) == 1:
        found.false_for_blips += 1
    elif not around:
        found.false_otherwise += 1
    # Several blips close together are what the finding `unstable` is for.


def _outages(faults: Sequence[Fault], trace: Trace) -> list[Fault]:
    """Return the outages that must not be missed: longer than two intervals, and not while nobody could look."""
    long = [fault for fault in faults if fault.length > 2 * INTERVAL and fault.kind != "slow"]
    whole = [fault for fault in long if fault.end < trace.end]
    return [
        fault
        for fault in whole
        if not any(lost.begin < fault.end and lost.end > fault.begin for lost in (*trace.network, *trace.receiver))
    ]


def _delays(found: Figures, number: int) -> list[float]:
    return found.delays_two_of_three if number % 2 else found.delays_at_once


def _detect(found: Figures, outage: Fault, alarms: Sequence[Alarm], delays: list[float]) -> None:
    found.outages += 1
    if not any(alarm.covers(outage) for alarm in alarms):
        found.missed += 1
    if any(alarm.covers(outage) and alarm.since < outage.begin for alarm in alarms):
        return  # people knew of something before: there is no delay to measure
    own = [alarm.told for alarm in alarms if outage.begin <= alarm.since <= outage.end]
    if own:
        delays.append((min(own) - outage.begin).total_seconds())


@dataclass(frozen=True)
class Baseline:
    """What a simpler rule would have done with the same first looks."""

    name: str
    false: int
    missed: int
    p95: float | None


def baseline(trace: Trace, name: str, failures: int) -> Baseline:
    """Return what alarming after so many failed first looks in a row comes to."""
    false, missed, delays = 0, 0, []
    for target, faults in trace.targets.items():
        alarms: list[datetime] = []
        row, is_open = 0, False
        for at in trace.runs:
            kind = trace.kind(target, at)
            row = row + 1 if kind and kind != "slow" else 0
            if row >= failures and not is_open:
                alarms.append(at)
            is_open = row >= failures
        real = [fault for fault in faults if fault.length >= RECHECK_SPAN and fault.kind != "slow"]
        for at in alarms:
            began = at - (failures - 1) * INTERVAL
            false += not any(fault.begin <= at and fault.end >= began for fault in real)
        for outage in _outages(faults, trace):
            told = [at for at in alarms if outage.begin <= at <= outage.end]
            open_before = any(fault.covers(outage.begin - INTERVAL) for fault in real)
            missed += not told and not open_before
            delays += [(min(told) - outage.begin).total_seconds()] if told else []
    return Baseline(name, false, missed, percentile(delays, 0.95) if delays else None)


def median(values: Sequence[float]) -> float | None:
    """Return the middle of some values."""
    return round(statistics.median(values), 1) if values else None
