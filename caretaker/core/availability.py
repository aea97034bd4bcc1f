"""Uptime and latency: what runs and incidents add up to. Pure.

* Uptime is by time. What a run saw holds until the next run, ten minutes at most; time that no run covers, or whose
  run was ``unknown``, counts neither way.
* Within the known time a check is down while an incident of it is open and says so, from the incident's first bad
  run to its end; degraded likewise; else it is ok. A blip, or a bad run that opened no incident, costs nothing.
* uptime = (ok + degraded) / (ok + degraded + down).
* Latency is that of successful looks only.

Figures of consecutive spans of time add up, so that days can be kept and summed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from caretaker.core.incidents.notification import Event
from caretaker.core.latency import Latency
from caretaker.core.results import Status, moment, timestamp

LONGEST_HOLD = timedelta(minutes=10)  # two intervals of five minutes


@dataclass(frozen=True, slots=True)
class Row:
    """What a run saw of a check. ``milliseconds`` is what the look took; ``codes`` are those of its findings."""

    name: str
    status: Status
    milliseconds: int
    is_blip: bool
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """The rows of a run."""

    at: datetime
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to an incident: an entry of the index of incidents."""

    event: str
    incident: str
    check: str
    status: Status
    severity: str
    since: datetime
    at: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A time during which an incident of a check was open with one status; ``end`` is None while it lasts."""

    begin: datetime
    end: datetime | None
    status: Status

    def overlap(self, begin: datetime, end: datetime) -> float:
        """Return the seconds that it has in common with a span."""
        last = end if self.end is None else min(end, self.end)
        return max(0.0, (last - max(begin, self.begin)).total_seconds())


@dataclass(slots=True)
class Account:
    """Seconds in each status, the latencies of successes, and the last blip."""

    ok: float = 0.0
    degraded: float = 0.0
    down: float = 0.0
    unknown: float = 0.0
    latency: Latency = field(default_factory=Latency)
    last_blip: datetime | None = None

    @property
    def uptime(self) -> float | None:
        """The share of the known time that it was not down, None if nothing is known."""
        known = self.ok + self.degraded + self.down
        return (self.ok + self.degraded) / known if known else None

    def add(self, other: "Account") -> None:
        """Add the figures of another span of time."""
        self.ok += other.ok
        self.degraded += other.degraded
        self.down += other.down
        self.unknown += other.unknown
        self.latency.add(other.latency)
        self.last_blip = max(filter(None, (self.last_blip, other.last_blip)), default=None)

    def to_json(self) -> list[Any]:
        """Return the figures as a rollup holds them."""
        blip = timestamp(self.last_blip) if self.last_blip else ""
        seconds = [round(value) for value in (self.ok, self.degraded, self.down, self.unknown)]
        return [*seconds, self.latency.to_json(), blip]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> "Account":
        """Return the figures that ``to_json`` wrote."""
        ok, degraded, down, unknown, latency, blip = stored
        return cls(ok, degraded, down, unknown, Latency.from_json(latency), moment(blip) if blip else None)


def segments(changes: Iterable[Change]) -> dict[str, list[Segment]]:
    """Return for each check when incidents of it were open, and with which status."""
    ordered = sorted(changes, key=lambda change: (change.at, change.event not in _ENDS))
    found: dict[str, list[Segment]] = {}
    for change in ordered:
        known = found.setdefault(change.check, [])
        is_open = bool(known) and known[-1].end is None
        if change.event == Event.OPENED and not is_open:
            known.append(Segment(change.since, None, change.status))
        elif change.event in _ENDS and is_open:
            known[-1] = Segment(known[-1].begin, max(change.at, known[-1].begin), known[-1].status)
        elif change.event in _CHANGES and is_open and change.status is not known[-1].status:
            known[-1] = Segment(known[-1].begin, max(change.at, known[-1].begin), known[-1].status)
            known.append(Segment(change.at, None, change.status))
    return found


_ENDS = (Event.RESOLVED, Event.UNWATCHED)
_CHANGES = (Event.OPENED, Event.WORSENED, Event.IMPROVED)


def account(
    runs: Iterable[Run], open_times: Mapping[str, Sequence[Segment]], kind: str, begin: datetime, end: datetime
) -> dict[str, Account]:
    """Return the figures of each check, by its name, for the time from ``begin`` to ``end``."""
    ordered = sorted({run.at: run for run in runs}.values(), key=lambda run: run.at)
    accounts: dict[str, Account] = {}
    for run, following in zip_longest(ordered, ordered[1:]):
        holds = min(run.at + LONGEST_HOLD, following.at if following else end, end)
        span = (max(run.at, begin), max(holds, begin))
        for row in run.rows:
            _count(accounts.setdefault(row.name, Account()), row, span, open_times.get(f"{kind}/{row.name}", ()))
            if begin <= run.at < end:
                _note(accounts[row.name], row, run.at)
    return accounts


def _count(figures: Account, row: Row, span: tuple[datetime, datetime], open_times: Sequence[Segment]) -> None:
    seconds = max(0.0, (span[1] - span[0]).total_seconds())
    if row.status is Status.UNKNOWN:
        figures.unknown += seconds
        return
    down = degraded = 0.0
    for segment in open_times:
        if segment.status is Status.DOWN:
            down += segment.overlap(*span)
        else:
            degraded += segment.overlap(*span)
    figures.down += down
    figures.degraded += degraded
    figures.ok += max(0.0, seconds - down - degraded)


def _note(figures: Account, row: Row, at: datetime) -> None:
    if row.status in (Status.OK, Status.DEGRADED):
        figures.latency.count(row.milliseconds)
    if row.is_blip:
        figures.last_blip = max(filter(None, (figures.last_blip, at)))
