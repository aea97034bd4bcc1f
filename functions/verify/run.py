"""One run: judge from manifests alone whether every database has a fresh backup."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from caretaker.archive.catalogue import backups
from caretaker.archive.freshness import judge_freshness
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.unfinished import unfinished
from caretaker.core.config import Promise, PromisesConfig
from caretaker.core.looking.reporting import Ran
from caretaker.core.looking.settling import settle
from caretaker.core.looking.writing import write_down
from caretaker.core.results import Result, Status, judge
from caretaker.core.store import changes, leases, states
from caretaker.core.store.table import Table
from functions.verify.ages import age, measure_worst

KIND = "freshness"
_BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with: the table, the bucket, the configuration, and the times. ``monotonic`` is in seconds."""

    table: Table
    bucket: Bucket
    config: PromisesConfig
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    wait: Callable[[float], None]


def run(at: datetime, tools: Tools) -> Ran:
    """Judge every database's newest backup, and write down what that changes."""
    began = tools.monotonic()
    known = states.load(tools.table, KIND)
    results = [_freshness(promise, at, tools) for promise in tools.config.databases]
    came_to = settle(results, known.states, {result.check for result in results}, at=at)
    writing = changes.Run(tools.config.environment, KIND, at, tools.clock, tools.wait)
    told = write_down(tools.table, writing, came_to, known)
    measure_worst(results)
    ended = _unfinished(at, tools)
    results += ended.results
    told += ended.told
    return Ran(results, told, {**known.unreadable, **ended.unreadable}, tools.monotonic() - began)


def _freshness(promise: Promise, at: datetime, tools: Tools) -> Result:
    check = f"{KIND}/{promise.name}"
    try:
        there = backups(tools.bucket, promise.name).backups
    except StorageFailed as failure:
        return Result(check, Status.UNKNOWN, None, f"could not look: {failure}", observed_at=at)
    newest = f"the newest backup is {there[0].id.text}" if there else ""
    wrong = judge_freshness(promise.name, int(promise.rpo), there, at)
    return judge(check, wrong, observed_at=at, healthy=newest, measurements=age(there, at))


def _unfinished(at: datetime, tools: Tools) -> Ran:
    """Report the backups whose function was killed, and let go of those that have left the configuration."""
    began = tools.monotonic()
    watched = [f"{_BACKUP}/{promise.name}" for promise in tools.config.databases]
    leases_left = [leases.abandoned(tools.table, check, tools.clock()) for check in watched]
    results = [unfinished(left, at) for left in leases_left if left]
    known = states.load(tools.table, _BACKUP)
    settled = settle(results, known.states, watched, at=at)
    writing = changes.Run(tools.config.environment, _BACKUP, at, tools.clock, tools.wait)
    readable = [decision for decision in settled.decisions if decision.state.check not in known.unreadable]
    told = changes.commit(tools.table, writing, readable, settled.again)
    return Ran(results, told, known.unreadable, tools.monotonic() - began)
