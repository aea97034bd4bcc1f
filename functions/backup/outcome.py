"""What a run's outcome means: its Result, the incident that it opens or ends, and the notes that go with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.archive.manifest import Manifest
from caretaker.archive.unfinished import unfinished
from caretaker.core.config import BackupConfig
from caretaker.core.looking.reporting import Unreadable
from caretaker.core.looking.settling import settle
from caretaker.core.looking.writing import write_down
from caretaker.core.results import Finding, Measurement, Result, Status, judge, timestamp
from caretaker.core.sizes import spoken_size
from caretaker.core.store import changes, states
from caretaker.core.store.leases import Lease
from caretaker.core.store.states import Loaded
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger

KIND = "backup"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Where outcomes of a database's runs are written. ``began_at`` is the run's time, ``lease`` the one it holds."""

    table: Table
    config: BackupConfig
    lease: Lease
    began_at: datetime
    clock: Callable[[], datetime]
    wait: Callable[[float], None]

    def tell_of_the_killed(self) -> None:
        """Report the run before, if it never gave its lease back; that must not keep a new backup from being made."""
        left = self.lease.abandoned
        if left is None:
            return
        result = unfinished(left, left.until)
        try:
            known = self._known()
            came_to = settle([result], known.states, {result.check}, at=left.until)
            if not known.unreadable:
                changes.commit(self.table, self._run(left.until), came_to.decisions, came_to.again)
        except (BotoCoreError, ClientError, ExceptionGroup) as failure:
            logger.warning("a killed run could not be reported", metadata={"error": type(failure).__name__})

    def succeeded(self, manifest: Manifest, findings: Sequence[Finding], before: Manifest | None) -> None:
        """Write down that there is a backup; ``before`` is the one before it, ``findings`` what makes no sense."""
        stored = sum(each.bytes for each in manifest.objects)
        totals, seconds = manifest.totals, manifest.seconds.total
        rows = "" if totals.rows is None else f"{totals.rows:,} rows of "
        healthy = f"{rows}{totals.tables:,} tables in {spoken_size(stored)}, {seconds:.0f} s"
        measurements: dict[str, Measurement] = {
            "seconds": seconds,
            "bytes": stored,
            "tables": totals.tables,
            "id": manifest.id.text,
        }
        if totals.rows is not None:
            measurements["rows"] = totals.rows
        gap = f"There is no backup between {timestamp(before.as_of)} and this one." if before else ""
        self._settle(findings, healthy, measurements, gap)

    def failed(self, findings: Sequence[Finding], seconds: float) -> None:
        """Write down that there is no backup, and why."""
        self._settle(findings, "", {"seconds": round(seconds, 3)}, "")

    def _settle(
        self, findings: Sequence[Finding], healthy: str, measurements: dict[str, Measurement], gap: str
    ) -> None:
        check = self.lease.name
        result = judge(check, findings, observed_at=self.began_at, healthy=healthy, measurements=measurements)
        known = self._known()
        killed = f"Before it, {self.lease.abandoned.holder} ended without a word." if self.lease.abandoned else ""
        note = " ".join(part for part in (gap if _ends_a_gap(result, known) else "", killed) if part)
        came_to = settle([result], known.states, {check}, at=self.began_at, notes={check: note})
        names = [f"{KIND}/{database['name']}" for database in self.config.databases]
        write_down(self.table, self._run(self.began_at), came_to, known, share=names.index(check))
        if known.unreadable:
            raise Unreadable(known.unreadable)

    def _known(self) -> Loaded:
        return states.load(self.table, KIND).only(lambda check: check == self.lease.name)

    def _run(self, at: datetime) -> changes.Run:
        return changes.Run(self.config.environment, KIND, at, self.clock, self.wait)


def _ends_a_gap(result: Result, known: Loaded) -> bool:
    """Whether there was no backup until this one; where there were some that made no sense, there is no gap."""
    state = known.states.get(result.check)
    was_down = state is not None and state.incident is not None and state.incident.status is Status.DOWN
    return was_down and result.status is Status.OK
