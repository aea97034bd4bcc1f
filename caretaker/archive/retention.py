"""Which backups stay, and which may go: a function of what is known of them, of the policy and of the time alone.

For each database by itself, whether it is still configured or not:

* A backup that is held must stay.
* A backup from the future, of a clock that was wrong, must stay; it is never a reason for another one to go.
* A backup must stay until it is older than backups of its kind may become.
* A backup must never go unless a newer one is good; one that failed its drill or had none is never good.
* The newest good one must stay, and the newest one of those that got furthest on their way back.
* The newest ``keep_last`` good ones must stay, and the newest good one of each of the last ``weekly`` ISO weeks that
  have a good one; likewise of months and of years.
* The newest good daily one that is past its age must stay: the window begins in its time, and what the database held
  then can be had back from no younger one. It goes when a younger one has grown old enough to take its place.
* Whatever else there is must go.

Old and new is always meant by the times of the snapshots, in UTC. From this follows, whatever the history: where there
was a good backup, there is one; planning again after any part of the deletions gives the rest of the same plan; and
what may go now may go at any later time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby

from caretaker.archive.entries import Entry
from caretaker.archive.identity import BackupId, Kind
from caretaker.archive.proof import LEVELS
from caretaker.core.config import Retention
from caretaker.core.durations import spoken

_AHEAD = timedelta(hours=1)  # later than the run that plans, and a backup is from the future


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a backup, and why, in words."""

    entry: Entry
    expires: bool
    reason: str


def plan(backups: Iterable[Entry], policy: Retention, now: datetime) -> tuple[Decision, ...]:
    """Return what becomes of each backup, by database, the newest first."""
    databases: dict[str, list[Entry]] = defaultdict(list)
    for entry in backups:
        databases[entry.manifest.id.database].append(entry)
    return tuple(
        decision for name in sorted(databases) for decision in _of_database(newest_first(databases[name]), policy, now)
    )


def newest_first(backups: Iterable[Entry]) -> list[Entry]:
    """Return backups in the order of their snapshots; the order of those of one moment is fixed as well."""
    return sorted(backups, key=_place, reverse=True)


def _place(entry: Entry) -> tuple[datetime, datetime, Kind]:
    identity = entry.manifest.id
    return entry.manifest.as_of, identity.at, identity.kind


def is_ahead(entry: Entry, now: datetime) -> bool:
    """Whether a backup is from the future."""
    return entry.manifest.as_of > now + _AHEAD


def is_past(entry: Entry, policy: Retention, now: datetime) -> bool:
    """Whether a backup is older than one of its kind may become."""
    return now - entry.manifest.as_of > _age(policy, entry.manifest.id.kind)


@cache
def _age(policy: Retention, kind: Kind) -> timedelta:
    match kind:
        case "daily":
            return timedelta(seconds=policy.daily)
        case "emergency":
            return timedelta(seconds=policy.emergency)


def _of_database(ordered: Sequence[Entry], policy: Retention, now: datetime) -> Iterator[Decision]:
    good = [entry for entry in ordered if not is_ahead(entry, now) and entry.is_good]
    chosen = dict(reversed(list(_chosen(good, policy, now))))  # of several reasons the first
    newest = good[0] if good else None
    newer_is_good = False
    for entry in ordered:
        reason = _why_it_stays(entry, policy, now) or chosen.get(entry.manifest.id, "")
        if not reason and not newer_is_good:
            reason = "no newer one is good"
        yield Decision(entry, not reason, reason or _why_it_goes(entry, policy))
        newer_is_good = newer_is_good or entry is newest


def _why_it_stays(entry: Entry, policy: Retention, now: datetime) -> str:
    if entry.held:
        return "held"
    if is_ahead(entry, now):
        return "from the future: it counts for nothing"
    if not is_past(entry, policy, now):
        return f"younger than {_spoken(_age(policy, entry.manifest.id.kind))}"
    return ""


def _why_it_goes(entry: Entry, policy: Retention) -> str:
    age = f"older than {_spoken(_age(policy, entry.manifest.id.kind))}"
    if entry.is_good:
        return age
    return f"{age}, {'damaged' if entry.proof and entry.proof.is_damaged else 'never proven'}, and a newer one is good"


def _chosen(good: Sequence[Entry], policy: Retention, now: datetime) -> Iterator[tuple[BackupId, str]]:
    """Yield the good backups that stay whatever their age; ``good`` has the newest first."""
    if not good:
        return
    yield good[0].manifest.id, "the newest good one"
    furthest = max(good, key=_reached)  # of equals the first, which is the newest
    yield furthest.manifest.id, f"the newest that was found {furthest.proof.reached if furthest.proof else ''}"
    for entry in good[: policy.keep_last]:
        yield entry.manifest.id, f"of the last {policy.keep_last} good ones"
    window = (entry for entry in good if entry.manifest.id.kind == "daily" and is_past(entry, policy, now))
    if begins := next(window, None):
        yield begins.manifest.id, f"the window of {_spoken(_age(policy, 'daily'))} begins in its time"
    for period, most in ((_week, policy.weekly), (_month, policy.monthly), (_year, policy.yearly)):
        yield from _newest_of_each(good, period, most)


def _newest_of_each(good: Sequence[Entry], period: Callable[[date], str], most: int) -> Iterator[tuple[BackupId, str]]:
    seen: set[str] = set()
    for day, entries in groupby(good, lambda entry: entry.manifest.as_of.astimezone(UTC).date()):
        if len(seen) == most:
            return
        if (name := period(day)) not in seen:
            seen.add(name)
            yield next(entries).manifest.id, f"the last good one of {name}"


def _week(day: date) -> str:
    calendar = day.isocalendar()
    return f"{calendar.year}-W{calendar.week:02}"


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _year(day: date) -> str:
    return f"{day:%Y}"


def _reached(entry: Entry) -> int:
    return LEVELS.index(entry.proof.reached) if entry.proof and entry.proof.reached else -1


@cache
def _spoken(age: timedelta) -> str:
    return spoken(int(age.total_seconds()))
