"""The hourly run: judge from manifests and proofs alone whether every database has a fresh backup, and a proven one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from caretaker.archive.entries import Entries, entries
from caretaker.archive.freshness import judge_freshness
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.provenness import judge_proofs, measured
from caretaker.archive.unfinished import unfinished
from caretaker.core.config import Promise, PromisesConfig
from caretaker.core.looking.reporting import Ran
from caretaker.core.looking.settling import settle
from caretaker.core.looking.writing import write_down
from caretaker.core.results import Result, Status, judge
from caretaker.core.secrets import Reader
from caretaker.core.store import changes, leases, states
from caretaker.core.store.table import Table
from functions.verify.ages import age, measure_worst
from functions.verify.killed import killed_drills, told_of

KIND = "freshness"
DRILLS = "verify"
_BACKUP = "backup"

_Read = Mapping[str, Entries | StorageFailed]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with: the table, the bucket, the configuration, and the times. ``monotonic`` is in seconds."""

    table: Table
    bucket: Bucket
    config: PromisesConfig
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    wait: Callable[[float], None]
    read_secrets: Reader

    def promise(self, database: str) -> Promise | None:
        """Return what is promised of a database, None if the configuration has none of that name."""
        return next((promise for promise in self.config.databases if promise.name == database), None)


def run(at: datetime, tools: Tools) -> Ran:
    """Judge every database's backups, and write down what that changes."""
    began = tools.monotonic()
    there = {promise.name: _entries(tools.bucket, promise.name) for promise in tools.config.databases}
    fresh = [_freshness(promise, there, at) for promise in tools.config.databases]
    proven = [_proven(promise, there, at, tools) for promise in tools.config.databases]
    measure_worst(fresh)
    parts = [_settled(KIND, fresh, at, tools), _settled(DRILLS, proven, at, tools), _unfinished(at, tools)]
    return Ran(
        [result for part in parts for result in part.results],
        [said for part in parts for said in part.told],
        {check: why for part in parts for check, why in part.unreadable.items()},
        tools.monotonic() - began,
    )


def judge_again(promise: Promise, at: datetime, tools: Tools) -> None:
    """Judge one database's backups and proofs, when another has come, and write down what that changes."""
    there = {promise.name: _entries(tools.bucket, promise.name)}
    share = 1 + [one.name for one in tools.config.databases].index(promise.name)  # the first is the hourly run's
    for kind, result in ((KIND, _freshness(promise, there, at)), (DRILLS, _proven(promise, there, at, tools))):
        own = states.load(tools.table, kind).only(result.check.__eq__)
        came_to = settle([result], own.states, {result.check}, at=at)
        writing = changes.Run(tools.config.environment, kind, at, tools.clock, tools.wait)
        write_down(tools.table, writing, came_to, own, share=share)


def _settled(kind: str, results: Sequence[Result], at: datetime, tools: Tools) -> Ran:
    began = tools.monotonic()
    known = states.load(tools.table, kind)
    came_to = settle(results, known.states, {result.check for result in results}, at=at)
    writing = changes.Run(tools.config.environment, kind, at, tools.clock, tools.wait)
    told = write_down(tools.table, writing, came_to, known)
    return Ran(list(results), told, known.unreadable, tools.monotonic() - began)


def _entries(bucket: Bucket, database: str) -> Entries | StorageFailed:
    try:
        return entries(bucket, database)
    except StorageFailed as failure:
        return failure


def _freshness(promise: Promise, read: _Read, at: datetime) -> Result:
    check, there = f"{KIND}/{promise.name}", read[promise.name]
    if isinstance(there, StorageFailed):
        return _not_seen(check, there, at)
    manifests = [entry.manifest for entry in there.entries]
    newest = f"the newest backup is {manifests[0].id.text}" if manifests else ""
    wrong = judge_freshness(promise.name, int(promise.rpo), manifests, at)
    return judge(check, wrong, observed_at=at, healthy=newest, measurements=age(manifests, at))


def _proven(promise: Promise, read: _Read, at: datetime, tools: Tools) -> Result:
    check, there = f"{DRILLS}/{promise.name}", read[promise.name]
    if isinstance(there, StorageFailed):
        return _not_seen(check, there, at)
    numbers = measured(there.entries)
    healthy = "no drill has been held yet"
    if numbers:
        equal = f"{numbers['compared']} of {numbers['tables']} tables compared"
        healthy = f"{numbers['id']} reached the level {numbers['level']}, {equal}"
    findings = judge_proofs(promise.name, promise.rto, there.entries, at)
    if killed := killed_drills(tools.table, there.entries, tools.clock()):
        findings.append(told_of(killed))
    return judge(check, findings, observed_at=at, healthy=healthy, measurements=numbers)


def _not_seen(check: str, failure: StorageFailed, at: datetime) -> Result:
    return Result(check, Status.UNKNOWN, None, f"could not look: {failure}", observed_at=at)


def _unfinished(at: datetime, tools: Tools) -> Ran:
    """Report the backups whose function was killed, and let go of those that have left the configuration."""
    began = tools.monotonic()
    watched = [f"{_BACKUP}/{promise.name}" for promise in tools.config.databases]
    results = [unfinished(left, at) for left in leases.abandoned(tools.table, watched, tools.clock())]
    known = states.load(tools.table, _BACKUP)
    settled = settle(results, known.states, watched, at=at)
    writing = changes.Run(tools.config.environment, _BACKUP, at, tools.clock, tools.wait)
    readable = [decision for decision in settled.decisions if decision.state.check not in known.unreadable]
    told = changes.commit(tools.table, writing, readable, settled.again)
    return Ran(results, told, known.unreadable, tools.monotonic() - began)
