"""Whether what a backup holds makes sense, beside the backups before it. A backup is kept whatever this finds.

* Growth is fine, and so is whatever a small database does: a loss counts from a hundred rows, a MB or five tables on.
* What the owner has just excluded from the dump is no loss.
* A loss is said for as long as it is one against the median of the last seven: half a week of daily backups.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from caretaker.archive.identity import DUMP
from caretaker.archive.losses import losses
from caretaker.archive.manifest import Manifest
from caretaker.archive.tables import Contents
from caretaker.core.printable import printable
from caretaker.core.results import Finding, Severity
from caretaker.core.sizes import spoken_size

COMPARED = 7  # backups before this one
_NAMED = 5  # tables in a message
_LONGEST_NAME = 80

Earlier = tuple[Manifest, Contents | None]


@dataclass(frozen=True, slots=True)
class _Measure:
    """One size of a backup, beside the median of those before it; too little to lose is no loss."""

    now: int
    before: float
    least_loss: int
    unit: str

    @property
    def is_far_less(self) -> bool:
        return self.now < self.before / 2 and self.before - self.now >= self.least_loss

    def said(self, value: float) -> str:
        return f"{spoken_size(int(value))} dumped" if self.unit == "bytes" else f"{int(value):,} {self.unit}"


def judge_sense(manifest: Manifest, contents: Contents | None, earlier: Sequence[Earlier]) -> list[Finding]:
    """Return what makes no sense: ``empty-database``, ``shrunk``, both or neither.

    ``earlier`` may hold any backups; compared with are the last seven of the same database before this one, by the
    times of their snapshots. Each comes with its list of tables if it could be read; without one no table is named.
    """
    before = sorted(
        (each for each in earlier if each[0].id.database == manifest.id.database and each[0].as_of < manifest.as_of),
        key=lambda each: each[0].as_of,
        reverse=True,
    )[:COMPARED]
    return [*_empty(manifest, contents), *_shrunk(manifest, contents, before)]


def _empty(manifest: Manifest, contents: Contents | None) -> Iterator[Finding]:
    totals = manifest.totals
    excluded = any(table.excluded and table.rows for table in contents.tables) if contents else False
    if totals.tables and (totals.rows is None or totals.rows > 0):
        return
    if manifest.large_objects.count or excluded:
        return
    what = f"none of its {totals.tables} tables has a row" if totals.tables else "it has no table"
    yield Finding(
        "empty-database",
        Severity.HIGH,
        f"the backup of {manifest.id.database} is one of an empty database: {what}",
        "Look whether the URL names the right database, and its data are there. Earlier backups are kept.",
        measured=f"{totals.tables} tables, 0 rows",
        limit="a table with a row",
    )


def _shrunk(manifest: Manifest, contents: Contents | None, before: Sequence[Earlier]) -> Iterator[Finding]:
    far_less = [measure for measure in _measures(manifest, before) if measure.is_far_less]
    lost = losses(contents, [each for _, each in before if each]) if contents else []
    if not far_less and not lost:
        return
    said = [f"{measure.said(measure.now)}, where {measure.said(measure.before)} are usual" for measure in far_less]
    said += [f"{_short(str(loss.table))} had {loss.rows:,} rows and {loss.now}" for loss in lost[:_NAMED]]
    more = f"; and {len(lost) - _NAMED} more tables" if len(lost) > _NAMED else ""
    yield Finding(
        "shrunk",
        Severity.HIGH,
        f"the backup of {manifest.id.database} holds far less than the last ones: {'; '.join(said)}{more}",
        "Find out who deleted it. If that was meant, this ends by itself; if not, restore an earlier backup.",
        measured=far_less[0].said(far_less[0].now) if far_less else f"tables that lost their rows: {len(lost)}",
        limit=f"at least half of {far_less[0].said(far_less[0].before)}" if far_less else "no table loses all rows",
    )


def _measures(manifest: Manifest, before: Sequence[Earlier]) -> Iterator[_Measure]:
    alike = [each for each, _ in before if _excludes(each) == _excludes(manifest)]
    rows = [each.totals.rows for each in alike if each.totals.rows is not None]
    if rows and manifest.totals.rows is not None:
        yield _Measure(manifest.totals.rows, median(rows), 100, "rows")
    dumps = [stored.raw_bytes for each in alike if (stored := each.stored(DUMP))]
    dump = manifest.stored(DUMP)
    if dumps and dump:
        yield _Measure(dump.raw_bytes, median(dumps), 1_000_000, "bytes")
    if alike:
        yield _Measure(manifest.totals.tables, median(each.totals.tables for each in alike), 5, "tables")


def _excludes(manifest: Manifest) -> tuple[frozenset[str], int]:
    return frozenset(manifest.excluded_table_data), manifest.excluded_left_out


def _short(name: str) -> str:
    name = printable(name)
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
