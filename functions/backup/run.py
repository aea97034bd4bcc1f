"""One run: a backup of one database, and what its outcome means.

* One at a time: whoever finds the lease taken by the same event ends silently, by another one says so.
* What may have passed in a minute is tried a second time, while there is time for it, before anybody is told.
* A backup that makes no sense is kept, and people are told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import zstandard

from caretaker.archive import tables
from caretaker.archive.catalogue import backups
from caretaker.archive.identity import DUMP, MANIFEST, TABLES, BackupId
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.receipt import receipt
from caretaker.archive.sense import COMPARED, judge_sense
from caretaker.archive.tables import Contents
from caretaker.core.config import BackupConfig
from caretaker.core.looking.settling import settle
from caretaker.core.looking.writing import write_down
from caretaker.core.results import Finding, Measurement, Result, judge, timestamp
from caretaker.core.secrets import Reader, Redactor, references, substitute
from caretaker.core.sizes import spoken_size
from caretaker.core.store import changes, leases, requests, states
from caretaker.core.store.states import Loaded
from caretaker.core.store.table import Table
from caretaker.core.targets.backup import BackupTarget, backup_target
from caretaker.core.telemetry import logger
from functions.backup.deadline import Deadline
from functions.backup.dump import Progress
from functions.backup.event import Asked
from functions.backup.failures import FAILURES, PASSING, findings_of
from functions.backup.making import Means, Order, make
from functions.backup.preflight import Pace, Ready, preflight

KIND = "backup"
_PAUSE = 20.0  # seconds between the two attempts
_LEAST = 60.0  # seconds that a second attempt must have
_SPARE = timedelta(minutes=2)  # that a lease outlives its run
_LARGEST_TABLES = 50_000_000  # bytes of a list of tables, compressed
_BETWEEN_NOTES = 2.0  # seconds


class BackupFailed(Exception):
    """No backup was made; the message says why. It was told and written down already."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with. ``programs`` is the folder of PostgreSQL's; ``monotonic`` and ``wait`` are in seconds."""

    table: Table
    bucket: Bucket
    read_secrets: Reader
    config: BackupConfig
    programs: Path
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    wait: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Made:
    """What a run came to: a manifest, unless there is none; ``silent`` says why nothing was done."""

    manifest: Manifest | None = None
    silent: str = ""


def run(asked: Asked, ends: float, tools: Tools) -> Made:
    """Back one database up; raise ``BackupFailed``. ``ends`` is the deadline, in seconds of ``monotonic``."""
    holder = f"the {asked.kind} backup of {timestamp(asked.at)}"
    began_at = tools.clock()
    until = began_at + timedelta(seconds=max(0.0, ends - tools.monotonic())) + _SPARE
    try:
        lease = leases.take(tools.table, f"{KIND}/{asked.database}", holder, now=began_at, until=until)
    except leases.Taken as taken:
        return _not_now(asked, taken, holder, tools)
    try:
        return _Run(asked, Deadline(ends, tools.monotonic), tools, began_at, lease.abandoned).made()
    finally:
        leases.give_back(tools.table, lease)


def _not_now(asked: Asked, taken: leases.Taken, holder: str, tools: Tools) -> Made:
    if taken.holder == holder:
        return Made(silent="this event is being worked on")
    message = f"{taken.holder} is under way, until {timestamp(taken.until)} at most"
    if asked.request:
        finding = {"code": "under-way", "message": message, "fix": "Wait for it: it is as good as this one."}
        requests.note(tools.table, asked.request, requests.Progress("failed", {"findings": [finding]}), tools.clock())
    return Made(silent=message)


class _Run:
    """A run that holds its lease."""

    def __init__(self, asked: Asked, deadline: Deadline, tools: Tools, began_at: datetime, abandoned: str) -> None:
        self._asked = asked
        self._deadline = deadline
        self._tools = tools
        self._began_at = began_at
        self._began = tools.monotonic()
        self._abandoned = abandoned
        self._redactor = Redactor()
        self._noted = 0.0

    def made(self) -> Made:
        database = self._asked.database
        wanted = BackupId(database, self._asked.kind, self._asked.at)
        earlier = self._earlier()
        if any(manifest.id == wanted for manifest in earlier):
            return Made(silent=f"{wanted.text} is there already")
        ready: Ready | None = None
        findings: tuple[Finding, ...] = ()
        for attempt in (1, 2):
            tried = self._tools.monotonic()
            try:
                target = self._target()
                ready = self._preflight(target, earlier)
                if self._asked.dry_run:
                    return self._could_be_made(ready)
                manifest, contents = self._attempt(target, ready)
            except FAILURES as failure:
                logger.warning("an attempt failed", metadata={"attempt": attempt, "error": type(failure).__name__})
                findings = findings_of(failure, self._redactor, ready)
                if attempt == 2 or not self._worth_another(findings, self._tools.monotonic() - tried):
                    break
                self._tools.wait(_PAUSE)
            else:
                self._succeed(manifest, contents, earlier)
                return Made(manifest)
        self._fail(findings)
        raise BackupFailed("; ".join(finding.message for finding in findings))

    def _target(self) -> BackupTarget:
        compiled = self._tools.config.database(self._asked.database)
        assert compiled is not None, "the handler refuses databases that are not configured"
        wanted = references(compiled)
        secrets = self._tools.read_secrets(wanted) if wanted else {}
        self._redactor = Redactor([value for value in secrets.values() if isinstance(value, str)])
        return backup_target(substitute(compiled, secrets))

    def _preflight(self, target: BackupTarget, earlier: Sequence[Manifest]) -> Ready:
        self._note("looking whether a backup can be made")
        pace = Pace(self._deadline.left("it had not begun"), _rate(earlier))
        return preflight(target.url, target.ca, target.exclude_table_data, pace, self._tools.programs)

    def _attempt(self, target: BackupTarget, ready: Ready) -> tuple[Manifest, Contents]:
        order = Order(self._id(), target, self._asked.reason, self._asked.request)
        means = Means(
            self._tools.bucket,
            self._deadline,
            self._tools.clock,
            self._redactor,
            lambda progress: self._progress(progress, ready.table_bytes),
        )
        return make(order, ready, means, self._began)

    def _id(self) -> BackupId:
        """Return the backup's id: of the scheduled time, unless an attempt that failed has left its dump there."""
        wanted = BackupId(self._asked.database, self._asked.kind, self._asked.at)
        if self._tools.bucket.head(wanted.key(DUMP)) is None:
            return wanted
        return BackupId(self._asked.database, self._asked.kind, self._tools.clock())

    def _worth_another(self, findings: Sequence[Finding], took: float) -> bool:
        left = self._deadline.at - self._tools.monotonic()
        passing = all(finding.code in PASSING for finding in findings)
        return passing and not self._asked.dry_run and left > _PAUSE + max(_LEAST, 1.2 * took)

    def _succeed(self, manifest: Manifest, contents: Contents, earlier: Sequence[Manifest]) -> None:
        before = [one for one in earlier if one.dumped_at < manifest.dumped_at][:COMPARED]
        findings = judge_sense(manifest, contents, [(one, self._contents(one)) for one in before])
        stored = sum(stored.bytes for stored in manifest.objects)
        rows = "" if manifest.totals.rows is None else f"{manifest.totals.rows:,} rows of "
        healthy = f"{rows}{manifest.totals.tables:,} tables in {spoken_size(stored)}, {manifest.seconds.total:.0f} s"
        measurements: dict[str, Measurement] = {
            "seconds": manifest.seconds.total,
            "bytes": stored,
            "tables": manifest.totals.tables,
            "id": manifest.id.text,
        }
        if manifest.totals.rows is not None:
            measurements["rows"] = manifest.totals.rows
        gap = f"There is no backup between {timestamp(before[0].dumped_at)} and this one." if before else ""
        self._settle(self._result(findings, healthy, measurements), gap)
        told = {"receipt": dict(receipt(manifest)), "key": manifest.id.key(MANIFEST)}
        self._end(requests.Progress("done", told))

    def _fail(self, findings: Sequence[Finding]) -> None:
        if self._asked.dry_run:
            self._end(requests.Progress("failed", {"findings": [finding.to_json() for finding in findings]}))
            return
        self._settle(self._result(findings, "", {"seconds": round(self._tools.monotonic() - self._began, 3)}), "")
        self._end(requests.Progress("failed", {"findings": [finding.to_json() for finding in findings]}))

    def _result(self, findings: Sequence[Finding], healthy: str, measurements: dict[str, Measurement]) -> Result:
        check = f"{KIND}/{self._asked.database}"
        return judge(check, findings, observed_at=self._began_at, healthy=healthy, measurements=measurements)

    def _settle(self, result: Result, gap: str) -> None:
        table, environment = self._tools.table, self._tools.config.environment
        known = states.reload(table, [result.check])
        killed = f"Before it, {self._abandoned} ended without a word." if self._abandoned else ""
        note = " ".join(part for part in (gap, killed) if part)
        came_to = settle([result], known, {result.check}, {result.check: note})
        writing = changes.Run(environment, KIND, self._began_at, self._tools.clock, self._tools.wait)
        names = [database["name"] for database in self._tools.config.databases]
        write_down(table, writing, came_to, Loaded(known, {}), share=names.index(self._asked.database))

    def _could_be_made(self, ready: Ready) -> Made:
        predicted = "not known yet" if ready.predicted is None else f"{ready.predicted:.0f} s"
        rows = {
            "database": self._asked.database,
            "dry run": "a backup could be made; none was",
            "server": ready.connection.peer,
            "programs": f"PostgreSQL {ready.programs.version}",
            "to read": spoken_size(ready.table_bytes),
            "predicted": predicted,
        }
        self._end(requests.Progress("done", {"receipt": rows}))
        return Made(silent="a dry run: a backup could be made")

    def _earlier(self) -> Sequence[Manifest]:
        try:
            return backups(self._tools.bucket, self._asked.database).backups
        except StorageFailed as failure:
            # The backups before are asked for comparison only: that must not keep a new one from being made.
            logger.warning("earlier backups could not be read", metadata={"error": str(failure)})
            return ()

    def _contents(self, manifest: Manifest) -> Contents | None:
        try:
            stored = self._tools.bucket.get(manifest.id.key(TABLES), _LARGEST_TABLES)
            return tables.decode(zstandard.ZstdDecompressor().decompressobj().decompress(stored))
        except (StorageFailed, tables.UnreadableTables, zstandard.ZstdError):
            return None

    def _progress(self, progress: Progress, total: int) -> None:
        step = f"dumping {progress.table}" if progress.table else "dumping"
        self._note(step, {"bytes": progress.raw_bytes, "stored": progress.stored_bytes, "total": total})

    def _note(self, step: str, details: dict[str, int] | None = None) -> None:
        now = self._tools.monotonic()
        if not self._asked.request or now - self._noted < _BETWEEN_NOTES:
            return
        self._noted = now
        told = requests.Progress("running", {"step": step, **(details or {})})
        requests.note(self._tools.table, self._asked.request, told, self._tools.clock())

    def _end(self, progress: requests.Progress) -> None:
        if self._asked.request:
            requests.note(self._tools.table, self._asked.request, progress, self._tools.clock())


def _rate(earlier: Sequence[Manifest]) -> float | None:
    """Return the bytes per second of the last dump that took long enough to measure."""
    for manifest in earlier[:COMPARED]:
        stored = manifest.stored(DUMP)
        if stored and manifest.seconds.dump >= 1:
            return stored.raw_bytes / manifest.seconds.dump
    return None
