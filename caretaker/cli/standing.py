"""Where every check stands: what ``caretaker status`` shows."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from caretaker.core.availability import Account, Segment, segments
from caretaker.core.incidents.state import State
from caretaker.core.results import Status, timestamp
from caretaker.core.store import history, incident_index, rollups, states
from caretaker.core.store.table import Table

WINDOWS = {"24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
_AT_ONCE = 8  # days that are read at once
_ONE_BY_ONE = ("backup", "freshness", "verify")  # kinds whose runs may be of one database only


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a check stands. ``since`` is when its status began, None if that is longer ago than is kept.

    ``seen_at`` is the scheduled time of the last run that saw it, None if that is longer ago than two days.
    ``uptime`` has a share for each of ``WINDOWS``, None where nothing is known; latencies are milliseconds.
    """

    check: str
    status: Status
    seen_at: datetime | None
    since: datetime | None
    summary: str
    incident: str
    is_suppressed: bool
    last_blip: datetime | None
    p50: float | None
    p95: float | None
    uptime: Mapping[str, float | None]

    def to_json(self) -> dict[str, object]:
        """Return it as ``caretaker status --json`` shows it."""
        return {
            "check": self.check,
            "status": str(self.status),
            "seen_at": self.seen_at and timestamp(self.seen_at),
            "since": self.since and timestamp(self.since),
            "summary": self.summary,
            "incident": self.incident or None,
            "suppressed": self.is_suppressed,
            "last_blip": self.last_blip and timestamp(self.last_blip),
            "p50_ms": self.p50 and round(self.p50, 1),
            "p95_ms": self.p95 and round(self.p95, 1),
            "uptime": dict(self.uptime),
        }


def standings(table: Table, kind: str, now: datetime) -> list[Standing]:
    """Return where every check of a kind stands, open incidents first."""
    known = states.load(table, kind).states
    latest = _latest(table, kind, now)
    names = set(latest) | {check.partition("/")[2] for check, state in known.items() if state.incident}
    if not names:
        return []  # a month of nothing takes as many calls as one of something
    changes = list(incident_index.changes(table, now - timedelta(days=120), now + timedelta(minutes=10)))
    open_times = segments(changes)
    summaries = {change.incident: change.summary for change in changes if change.event != "resolved"}
    accounts = _accounts(table, kind, now, open_times)
    found = [
        _standing(f"{kind}/{name}", known, open_times, summaries, latest.get(name), accounts) for name in sorted(names)
    ]
    return sorted(found, key=lambda one: (one.incident == "", one.check))


def _standing(
    check: str,
    known: Mapping[str, State],
    open_times: Mapping[str, list[Segment]],
    summaries: Mapping[str, str],
    latest: tuple[Status, datetime] | None,
    accounts: Mapping[str, Mapping[str, Account]],
) -> Standing:
    name = check.partition("/")[2]
    incident = known[check].incident if check in known else None
    ends = [segment.end for segment in open_times.get(check, ()) if segment.end]
    status, seen_at = latest or (Status.OK, None)
    day, month = accounts["24h"].get(name, Account()), accounts["30d"].get(name, Account())
    return Standing(
        check=check,
        status=incident.status if incident else (status if status is Status.UNKNOWN else Status.OK),
        seen_at=seen_at,
        since=incident.since if incident else max(ends, default=None),
        summary=summaries.get(incident.id, "") if incident else "",
        incident=incident.id if incident else "",
        is_suppressed=bool(incident and incident.suppressed_by),
        last_blip=month.last_blip,
        p50=day.latency.percentile(0.5),
        p95=day.latency.percentile(0.95),
        uptime={window: accounts[window].get(name, Account()).uptime for window in WINDOWS},
    )


def _latest(table: Table, kind: str, now: datetime) -> dict[str, tuple[Status, datetime]]:
    """Return what the last run of these two days saw, and when, or of each check the last one that saw it."""
    seen: dict[str, tuple[Status, datetime]] = {}
    for day in (now, now - timedelta(days=1)):
        runs = list(history.runs(table, kind, day, now - timedelta(days=2), now + timedelta(minutes=10)))
        for run in reversed(runs):
            seen = {row.name: (row.status, run.at) for row in run.rows} | seen
            if kind not in _ONE_BY_ONE:
                return seen
    return seen


def _accounts(
    table: Table, kind: str, now: datetime, open_times: Mapping[str, list[Segment]]
) -> dict[str, dict[str, Account]]:
    """Return the figures of each window: whole days from their rollups, the rest from runs, each read once."""
    begins = {name: now - window for name, window in WINDOWS.items()}
    spans = list(_spans(min(begins.values()), now, begins.values()))
    whole = [start for start, stop in spans if stop - start == timedelta(days=1)]
    found = rollups.read(table, kind, whole)
    rest = [(start, stop) for start, stop in spans if start not in found]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        read = pool.map(lambda span: rollups.figures(table, kind, span[0], span[1], open_times), rest)
        found |= {start: figures for (start, _), figures in zip(rest, read, strict=True)}
    totals: dict[str, dict[str, Account]] = {}
    for window, begin in begins.items():
        total = totals.setdefault(window, {})
        for figures in (figures for start, figures in found.items() if start >= begin):
            for name, one in figures.items():
                total.setdefault(name, Account()).add(one)
    return totals


def _spans(begin: datetime, end: datetime, cuts: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Yield a time cut at midnights and at some more times."""
    marks = sorted({*cuts, end})
    while begin < end:
        midnight = rollups.midnight(begin) + timedelta(days=1)
        stop = min(midnight, *(mark for mark in marks if mark > begin))
        yield begin, stop
        begin = stop


def share(uptime: float | None) -> str:
    """Return a share of uptime as people read it, never rounded up to 100: a minute of outage shows."""
    if uptime is None:
        return "–"
    return "100%" if uptime == 1 else f"{int(uptime * 10_000) / 100:.2f}%"


def when(at: datetime | None, now: datetime) -> str:
    """Return a time of today, or the day of an earlier one."""
    if at is None:
        return "–"
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%d %b}"
