"""One run: what is there, what of it may go, what became of it.

* One at a time: a second one ends silently, and so does one that meets somebody who holds a backup or brings one back.
* Nothing is deleted unless the clocks agree.
* Nothing that fails keeps the rest from being done; whatever was not done is found again by the next run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.retention import Decision, plan
from caretaker.core import beside
from caretaker.core.config import CleanupConfig
from caretaker.core.looking.reporting import Ran
from caretaker.core.looking.settling import settle
from caretaker.core.looking.writing import write_down
from caretaker.core.results import Finding, Result, Status, timestamp
from caretaker.core.store import changes, leases, states
from caretaker.core.store.table import Table
from functions.cleanup.answer import Answer
from functions.cleanup.clearing import Cleared, clear
from functions.cleanup.clocks import judge_clocks
from functions.cleanup.event import Asked
from functions.cleanup.forgetting import forget_drills
from functions.cleanup.judging import judged
from functions.cleanup.survey import Survey, survey

KIND = "cleanup"
CHECK = "cleanup/backups"
_SPARE = timedelta(minutes=2)  # that a lease outlives its run


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with. ``housekeeping`` are further tasks by name, done where the clocks agree.

    They raise what botocore raises.
    """

    table: Table
    bucket: Bucket
    config: CleanupConfig
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    wait: Callable[[float], None]
    housekeeping: Mapping[str, Callable[[], object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a run came to: ``answer`` is None if nothing could be seen, ``ran`` if nothing was written down.

    ``busy`` says who did not let it begin.
    """

    answer: Answer | None = None
    ran: Ran | None = None
    busy: str = ""
    cleared: Cleared = field(default_factory=Cleared)


def planned(asked: Asked, tools: Tools) -> Answer:
    """Return what a run would do now, and do nothing; raise ``StorageFailed``."""
    seen = survey(tools.bucket)
    return _answer(seen, _decisions(seen, tools, tools.clock()), judge_clocks(asked.at, tools.clock(), seen.said_at))


def run(asked: Asked, seconds: float, tools: Tools) -> Cleaned:
    """Clean up, for at most so many seconds."""
    now = tools.clock()
    until = now + timedelta(seconds=seconds) + _SPARE
    try:
        lease = leases.take(tools.table, CHECK, f"the cleanup of {timestamp(asked.at)}", now=now, until=until)
    except leases.Taken as taken:
        return Cleaned(busy=str(taken))
    try:
        return _cleaned(asked, now, tools)
    finally:
        beside.give_back(tools.table, lease)


def _cleaned(asked: Asked, now: datetime, tools: Tools) -> Cleaned:
    began = tools.monotonic()
    try:
        seen = survey(tools.bucket)
    except StorageFailed as failure:
        unknown = Result(CHECK, Status.UNKNOWN, None, f"could not look: {failure}", observed_at=asked.at)
        return Cleaned(ran=_written(unknown, asked, tools, {}, began))
    decisions = _decisions(seen, tools, now)
    refused = judge_clocks(asked.at, now, seen.said_at)
    expiring = [decision.entry.manifest.id for decision in decisions if decision.expires]
    cleared = Cleared() if refused else clear(tools.bucket, seen, expiring, lambda name: _is_busy(name, tools), now)
    result = judged(CHECK, asked.at, now, tools.config, seen, decisions, cleared, refused)
    gone = (*cleared.backups, *seen.without_manifest)
    tasks = {**tools.housekeeping, "drills": lambda: forget_drills(tools.table, gone, now)}
    ran = _written(result, asked, tools, {} if refused else tasks, began)
    return Cleaned(_answer(seen, decisions, refused), ran, cleared=cleared)


def _decisions(seen: Survey, tools: Tools, now: datetime) -> tuple[Decision, ...]:
    if tools.config.retention is None:
        return tuple(Decision(entry, False, "nothing is backed up any more") for entry in seen.backups.entries)
    return plan(seen.backups.entries, tools.config.retention, now)


def _answer(seen: Survey, decisions: tuple[Decision, ...], refused: list[Finding]) -> Answer:
    return Answer(decisions, refused, sum(len(group) for group in seen.without_manifest.values()))


def _is_busy(database: str, tools: Tools) -> bool:
    return leases.holder(tools.table, f"backup/{database}", tools.clock()) is not None


def _written(
    result: Result, asked: Asked, tools: Tools, tasks: Mapping[str, Callable[[], object]], began: float
) -> Ran:
    """Write the Result down, then do these tasks: they must not keep the Result from being known."""
    known = states.load(tools.table, KIND)
    came_to = settle([result], known.states, {CHECK}, at=asked.at)
    writing = changes.Run(tools.config.environment, KIND, asked.at, tools.clock, tools.wait)
    told = write_down(tools.table, writing, came_to, known)
    unfinished = _keep_house(tasks)
    return Ran([result], told, {**known.unreadable, **unfinished}, tools.monotonic() - began)


def _keep_house(tasks: Mapping[str, Callable[[], object]]) -> dict[str, str]:
    """Do all of these; return why some could not be done."""
    failed: dict[str, str] = {}
    for name, task in tasks.items():
        try:
            task()
        except (BotoCoreError, ClientError) as failure:
            failed[f"{KIND}/{name}"] = _said(failure)
    return failed


def _said(failure: BotoCoreError | ClientError) -> str:
    if isinstance(failure, ClientError):
        return f"AWS refused it ({failure.response.get('Error', {}).get('Code', '')})"
    return f"AWS could not be asked ({type(failure).__name__})"
