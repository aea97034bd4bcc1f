"""One run: a backup of one database, and what its outcome means.

* One at a time: whoever finds the lease taken by the same event ends silently, by another one says so.
* What may have passed in a minute is tried a second time, while there is time for it, before anybody is told.
* A backup that makes no sense is kept, and people are told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from caretaker.archive.deadline import Deadline
from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.archive.manifest import Manifest
from caretaker.archive.receipt import receipt
from caretaker.archive.sense import COMPARED, judge_sense
from caretaker.archive.tables import Contents
from caretaker.core import beside
from caretaker.core.results import Finding, timestamp
from caretaker.core.secrets import Redactor, references, substitute
from caretaker.core.sizes import spoken_size
from caretaker.core.store import leases
from caretaker.core.targets.backup import BackupTarget, backup_target
from caretaker.core.telemetry import logger
from functions.backup.dump import Progress
from functions.backup.earlier import contents_of, earlier_backups, last_rate
from functions.backup.event import Asked
from functions.backup.failures import FAILURES, findings_of, may_pass
from functions.backup.following import Following
from functions.backup.making import Means, Order, make
from functions.backup.outcome import KIND, Outcomes
from functions.backup.preflight import Pace, Ready, preflight
from functions.backup.tools import Made, Tools

_PAUSE = 20.0  # seconds between the two attempts
_LEAST = 60.0  # seconds that a second attempt must have
_SPARE = timedelta(minutes=2)  # that a lease outlives its run


class BackupFailed(Exception):
    """No backup was made; the message says why. It was told and written down already."""


def run(asked: Asked, ends: float, tools: Tools) -> Made:
    """Back one database up; raise ``BackupFailed``. ``ends`` is the deadline, in seconds of ``monotonic``."""
    holder = f"the {asked.kind} backup of {timestamp(asked.at)}" + (f", {asked.request}" if asked.request else "")
    began_at = tools.clock()
    until = began_at + timedelta(seconds=max(0.0, ends - tools.monotonic())) + _SPARE
    following = Following(tools.table, asked.request, tools.clock, tools.monotonic)
    name = f"{KIND}/{asked.database}"
    if asked.dry_run:  # it takes no lease: one that a killed run has left must be there for whoever reports that
        other = leases.holder(tools.table, name, began_at)
        lease = leases.Lease(name, holder, "", until)
        return (
            _not_now(other, holder, following) if other else _Run(asked, ends, tools, following, lease, began_at).made()
        )
    try:
        lease = leases.take(tools.table, name, holder, now=began_at, until=until)
    except leases.Taken as taken:
        return _not_now(taken, holder, following)
    try:
        return _Run(asked, ends, tools, following, lease, began_at).made()
    finally:
        beside.give_back(tools.table, lease)


def _not_now(taken: leases.Taken | leases.Lease, holder: str, following: Following) -> Made:
    if taken.holder == holder:
        return Made(silent="this event is being worked on")
    message = f"{taken.holder} is under way, until {timestamp(taken.until)} at most"
    following.superseded(message)
    return Made(silent=message)


class _Run:
    """A run that holds its lease."""

    def __init__(
        self, asked: Asked, ends: float, tools: Tools, following: Following, lease: leases.Lease, began_at: datetime
    ) -> None:
        self._asked = asked
        self._deadline = Deadline(ends, tools.monotonic)
        self._tools = tools
        self._following = following
        self._outcomes = Outcomes(tools.table, tools.config, lease, began_at, tools.clock, tools.wait)
        self._began = tools.monotonic()
        self._redactor = Redactor()

    def made(self) -> Made:
        database = self._asked.database
        wanted = BackupId(database, self._asked.kind, self._asked.at)
        self._outcomes.tell_of_the_killed()
        earlier = earlier_backups(self._tools.bucket, database)
        if there := next((manifest for manifest in earlier if manifest.id == wanted), None):
            self._following.done(dict(receipt(there)), key=wanted.key(MANIFEST))
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
                again = may_pass(failure, findings) and self._time_for_another(self._tools.monotonic() - tried)
                if attempt == 2 or not again:
                    break
                self._tools.wait(_PAUSE)
            else:
                self._succeed(manifest, contents, earlier)
                return Made(manifest)
        return self._fail(findings)

    def _target(self) -> BackupTarget:
        compiled = self._tools.config.database(self._asked.database)
        assert compiled is not None, "the handler refuses databases that are not configured"
        wanted = references(compiled)
        secrets = self._tools.read_secrets(wanted) if wanted else {}
        self._redactor = Redactor([value for value in secrets.values() if isinstance(value, str)])
        return backup_target(substitute(compiled, secrets))

    def _preflight(self, target: BackupTarget, earlier: Sequence[Manifest]) -> Ready:
        self._following.step("looking whether a backup can be made")
        pace = Pace(self._deadline.left("it had not begun"), last_rate(earlier))
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

    def _time_for_another(self, took: float) -> bool:
        left = self._deadline.at - self._tools.monotonic()
        return not self._asked.dry_run and left > _PAUSE + max(_LEAST, 1.2 * took)

    def _succeed(self, manifest: Manifest, contents: Contents, earlier: Sequence[Manifest]) -> None:
        before = [one for one in earlier if one.as_of < manifest.as_of][:COMPARED]
        findings = judge_sense(manifest, contents, [(one, contents_of(self._tools.bucket, one)) for one in before])
        try:
            self._outcomes.succeeded(manifest, findings, before[0] if before else None)
        finally:  # the backup is there, whatever became of that
            self._following.done(dict(receipt(manifest)), key=manifest.id.key(MANIFEST))

    def _fail(self, findings: tuple[Finding, ...]) -> Made:
        said = "; ".join(finding.message for finding in findings)
        try:
            if self._asked.dry_run:
                return Made(silent=f"a dry run: a backup could not be made: {said}")
            self._outcomes.failed(findings, self._tools.monotonic() - self._began)
        finally:
            self._following.failed(findings)
        raise BackupFailed(said)

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
        self._following.done(rows)
        return Made(silent="a dry run: a backup could be made")

    def _progress(self, progress: Progress, total: int) -> None:
        step = f"dumping {progress.table}" if progress.table else "dumping"
        self._following.step(step, bytes=progress.raw_bytes, stored=progress.stored_bytes, total=total)
