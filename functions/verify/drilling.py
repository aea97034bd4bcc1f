"""One drill, from its lease to its record: one at a time for each backup, and what it found is kept beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from caretaker.archive import proof_file
from caretaker.archive.deadline import Deadline
from caretaker.archive.entries import Entries, Entry, entries
from caretaker.archive.proof import Proof
from caretaker.archive.provenness import restore_pace
from caretaker.archive.unfinished import drill_of
from caretaker.core import beside
from caretaker.core.config import DrillServer, Promise
from caretaker.core.results import timestamp
from caretaker.core.secrets import references, substitute
from caretaker.core.store import leases, requests
from functions.verify.drill import drill
from functions.verify.event import OneDrill
from functions.verify.means import Means, OwnServer
from functions.verify.run import Tools, judge_again

_SPARE = timedelta(minutes=2)  # that a lease outlives its run


class NothingToDrill(Exception):
    """What was asked for is not there; the message says what is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a drill is held: PostgreSQL's programs, a folder, its free room and the machine's memory in bytes."""

    programs: Path
    folder: Path
    memory: int
    free: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Held:
    """What became of a drill that was asked for: its proof, or why none was held."""

    proof: Proof | None = None
    silent: str = ""


def hold(asked: OneDrill, ends: float, place: Place, tools: Tools) -> Held:
    """Drill a backup, record what that came to, and judge the database anew.

    ``ends`` is the deadline, in seconds of ``monotonic``. Raises ``NothingToDrill``, ``StorageFailed``; whoever catches
    that says ``refused``.
    """
    promise = tools.promise(asked.database)
    if promise is None:
        names = ", ".join(one.name for one in tools.config.databases) or "none"
        raise NothingToDrill(f"there is no database {asked.database!r}; caretaker.yaml has: {names}")
    there = entries(tools.bucket, asked.database)
    wanted = _wanted(asked, there)
    holder = f"the drill of {timestamp(asked.at)}" + (f", {asked.request}" if asked.request else "")
    now = tools.clock()
    until = now + timedelta(seconds=max(0.0, ends - tools.monotonic())) + _SPARE
    try:
        lease = leases.take(tools.table, drill_of(wanted.manifest.id.text), holder, now=now, until=until)
    except leases.Taken as taken:
        return refused(asked, f"{taken.holder} is under way, until {timestamp(taken.until)} at most", tools)
    try:
        return _hold(asked, wanted, promise, _means(ends, place, tools, there.entries, promise), tools)
    finally:
        beside.give_back(tools.table, lease)


def _wanted(asked: OneDrill, there: Entries) -> Entry:
    found = next((entry for entry in there.entries if asked.backup in ("", entry.manifest.id.text)), None)
    if found is not None:
        return found
    unreadable = next((one for one in there.damaged if asked.backup and f"/{asked.backup}/" in one.key), None)
    if unreadable is not None:
        raise NothingToDrill(f"{unreadable.key} cannot be read: {unreadable.reason}")
    which = f"no backup {asked.backup}" if asked.backup else "no backup"
    newest = f"; the newest is {there.entries[0].manifest.id.text}" if there.entries else ""
    raise NothingToDrill(f"there is {which} of {asked.database}{newest}")


def _means(ends: float, place: Place, tools: Tools, there: tuple[Entry, ...], promise: Promise) -> Means:
    return Means(
        bucket=tools.bucket,
        programs=place.programs,
        folder=place.folder,
        memory=place.memory,
        free=place.free,
        deadline=Deadline(ends, tools.monotonic),
        clock=tools.clock,
        wait=tools.wait,
        pace=restore_pace(there),
        own_server=_own_server(promise.drill, tools) if promise.drill else None,
    )


def _own_server(given: DrillServer, tools: Tools) -> OwnServer:
    def url() -> str:
        return str(substitute(given.url, tools.read_secrets(references(given.url))))

    def is_under_way(backup: str) -> bool:
        return leases.holder(tools.table, drill_of(backup), tools.clock()) is not None

    return OwnServer(url, given.ca, is_under_way)


def _hold(asked: OneDrill, wanted: Entry, promise: Promise, means: Means, tools: Tools) -> Held:
    if wanted.proof is not None and wanted.proof.finished_at > asked.at:
        return refused(asked, f"{wanted.manifest.id.text} has been drilled since then", tools)
    _note(asked, requests.Progress("running", {"step": f"drilling {wanted.manifest.id.text}"}), tools)
    drilled = drill(wanted.manifest, means)
    key, record = proof_file.proof_key(drilled.proof.backup, drilled.proof.began_at), proof_file.encode(drilled.proof)
    tools.bucket.put(key, record, if_absent=True, content_type="application/json")
    told = {"key": key, "proof": record.decode(), "replaced": list(drilled.replaced)}
    _note(asked, requests.Progress("done" if drilled.proof.is_good else "failed", told), tools)
    judge_again(promise, tools.clock().replace(microsecond=0), tools)
    return Held(drilled.proof)


def refused(asked: OneDrill, reason: str, tools: Tools) -> Held:
    """Return that no drill was held, and why; whoever waits for it is told."""
    _note(asked, requests.Progress("failed", {"refused": reason}), tools)
    return Held(silent=reason)


def _note(asked: OneDrill, progress: requests.Progress, tools: Tools) -> None:
    beside.note(tools.table, asked.request, progress, tools.clock())
