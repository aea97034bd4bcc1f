"""One run: judge from manifests alone whether every database has a fresh backup."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from caretaker.archive.catalogue import backups
from caretaker.archive.freshness import judge_freshness
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.core.config import Promise, PromisesConfig
from caretaker.core.looking.reporting import Ran
from caretaker.core.looking.settling import settle
from caretaker.core.looking.writing import write_down
from caretaker.core.results import Finding, Result, Severity, Status, judge
from caretaker.core.store import changes, leases, states
from caretaker.core.store.table import Table

KIND = "freshness"


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
    came_to = settle(results, known.states, {result.check for result in results})
    writing = changes.Run(tools.config.environment, KIND, at, tools.clock, tools.wait)
    told = write_down(tools.table, writing, came_to, known)
    ended = _ended_without_a_word(at, tools)
    return Ran([*results, *ended], told, known.unreadable, tools.monotonic() - began)


def _freshness(promise: Promise, at: datetime, tools: Tools) -> Result:
    check = f"{KIND}/{promise.name}"
    try:
        there = backups(tools.bucket, promise.name).backups
    except StorageFailed as failure:
        return Result(check, Status.UNKNOWN, None, f"could not look: {failure}", observed_at=at)
    newest = f"the newest backup is {there[0].id.text}" if there else ""
    return judge(check, judge_freshness(promise.name, int(promise.rpo), there, at), observed_at=at, healthy=newest)


def _ended_without_a_word(at: datetime, tools: Tools) -> list[Result]:
    """Report the backups whose function was killed: it never gave its lease back, and could tell nobody."""
    results = []
    for promise in tools.config.databases:
        left = leases.abandoned(tools.table, f"backup/{promise.name}", tools.clock())
        if left:
            results.append(judge(f"backup/{promise.name}", [_killed(left)], observed_at=at, healthy=""))
    known = states.reload(tools.table, [result.check for result in results])
    settled = settle(results, known, set(known))
    writing = changes.Run(tools.config.environment, "backup", at, tools.clock, tools.wait)
    changes.commit(tools.table, writing, settled.decisions, settled.again)
    return results


def _killed(left: leases.Lease) -> Finding:
    return Finding(
        "dump-failed",
        Severity.CRITICAL,
        f"{left.holder} ended without a word: its function was killed, or ran out of memory or time",
        "See the end of the backup function's log. Nothing of that run counts; make one now: caretaker backup.",
    )
