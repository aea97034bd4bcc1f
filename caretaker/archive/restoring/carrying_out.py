"""A restore as it is carried out, and taken back where it fails.

* Nothing is changed before the dump has arrived whole, wherever there is room for it.
* A database that was made for it is dropped again; one that was there is as it was, or it is said what is there.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import psycopg2

from caretaker.archive.deadline import OutOfTime
from caretaker.archive.fingerprint import Uncounted
from caretaker.archive.restoring.arriving import arrived, held_back
from caretaker.archive.restoring.comparing import Comparison, Saved, compare
from caretaker.archive.restoring.databases import finish, said
from caretaker.archive.restoring.late_rows import restore_behind_pre_data
from caretaker.archive.restoring.listing import rows_of_extensions
from caretaker.archive.restoring.plan import Plan
from caretaker.archive.restoring.preflight import Means, dump_bytes, dump_of, version_of
from caretaker.archive.restoring.progress import Progress, TablesDone
from caretaker.archive.restoring.running import Order, Outcome, PgRestore
from caretaker.archive.restoring.stream import contents_of
from caretaker.archive.restoring.taking_back import RestoreFailed, taken_back
from caretaker.archive.tables import Contents

Stage = Literal["download", "restore", "analyze", "compare"]
# After these it is no use to go on, though pg_restore does.
_IS_OVER = re.compile(r"server closed the connection|terminating connection|no connection to the server|No space left")
# What pg_restore of 17 and later sets, and no server before: nothing of a database depends on it.
_HARMLESS = 'unrecognized configuration parameter "transaction_timeout"'

_IS_THERE = "duplicate key value"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to. ``comparison`` is None if it could not be compared, and ``not_compared`` says why.

    ``errors`` are what could not be made, in the server's words; ``seconds`` how long each stage took.
    """

    plan: Plan
    comparison: Comparison | None
    not_compared: str
    errors: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: dict[Stage, float]

    @property
    def is_equal(self) -> bool:
        """Whether everything is as it was when the backup was made."""
        comparison = self.comparison
        return (
            comparison is not None
            and not self.errors
            and not comparison.differences
            and comparison.compared == comparison.tables
        )


def restore(plan: Plan, means: Means, progress: Progress) -> Restored:
    """Restore a backup as planned, and compare what is there with what was.

    Raises ``Damaged``, ``StorageFailed``, ``NoRoom``, ``RestoreFailed``, or whatever else ends it; then the target is
    as it was, or the exception's message, or a note of it, says what is there.
    """
    monotonic, began = means.deadline.monotonic, means.deadline.monotonic()
    seconds: dict[Stage, float] = {}

    def lap(stage: Stage) -> None:
        nonlocal began
        seconds[stage], began = round(monotonic() - began, 3), monotonic()

    contents = contents_of(means.bucket, plan.entry.manifest)
    with _archive(plan, means, progress) as archive:
        lap("download")
        with taken_back(plan) as making:
            notes = tuple(filter(None, (making.make(),))) if plan.creates else ()
            outcome = _filled(plan, means, archive, progress)
            lap("restore")
    # From here on the data are there, and stay: what goes wrong now is said.
    comparison, why = None, "it was ended by hand"
    try:
        notes += _finished(plan, progress)
        lap("analyze")
        comparison, why = _compared(plan, means, contents, progress)
        lap("compare")
    except KeyboardInterrupt:
        lap("compare")
    errors, met = _errors(outcome, plan)
    return Restored(plan, comparison, why, errors, (*met, *notes, *_hidden(comparison, plan)), seconds)


@contextmanager
def _archive(plan: Plan, means: Means, progress: Progress) -> Iterator[Path | Callable[[], Iterator[bytes]]]:
    stored = dump_of(plan.entry.manifest)

    def arriving() -> Iterator[bytes]:
        count = 0
        for chunk in dump_bytes(plan.entry, means.bucket):
            count += len(chunk)
            progress.bytes(count, stored.raw_bytes)
            yield chunk

    if plan.way.to_file:
        progress.stage("downloading")
        with arrived(arriving(), means.room) as file:
            yield file
    else:
        yield lambda: held_back(arriving())


def _filled(plan: Plan, means: Means, archive: Path | Callable[[], Iterator[bytes]], progress: Progress) -> Outcome:
    progress.stage("restoring")
    connection, tables = plan.target.connection, TablesDone(plan.tables, plan.way.jobs, progress)
    pg_restore = PgRestore(plan.programs, archive, means.deadline, connection.redactor, tables.hear)
    environment = connection.environment("-c default_transaction_read_only=off")
    order = Order(plan.selection.items, jobs=plan.way.jobs, options=plan.options)
    if _may_have_late_rows(plan):
        outcome = pg_restore.restore(environment, connection.database, replace(order, sections=("pre-data",)))
        if _went_on(outcome):
            outcome = outcome.then(restore_behind_pre_data(pg_restore, connection, environment, order))
    else:
        outcome = pg_restore.restore(environment, connection.database, order)
    if not outcome.is_clean and (plan.way.in_transaction or not _went_on(outcome)):
        raise RestoreFailed(connection.redactor.text(outcome.words))
    if outcome.is_clean:
        tables.end()
    return outcome


def _may_have_late_rows(plan: Plan) -> bool:
    """Whether the database has functions, and a restore by sections does what one of all at once would do.

    In sections privileges are given before the rows come, where they could be in the way of all but superusers.
    """
    has_functions = any(item.kind == "FUNCTION" for item in plan.selection.items)
    return has_functions and not plan.way.in_transaction and (plan.target.is_superuser or not plan.keep_owner)


def _went_on(outcome: Outcome) -> bool:
    """Whether pg_restore got to its end in spite of errors, and each of them is about one thing alone."""
    return outcome.is_through and not any(_IS_OVER.search(error.message) for error in outcome.errors)


def _errors(outcome: Outcome, plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what could not be made; and, in words, whose rows of extensions' tables met the extensions' own."""
    of_extensions = {item.id: item for item in rows_of_extensions(plan.selection.items)}
    known, met = [], []
    for error in outcome.errors:
        if (item := of_extensions.get(error.item or 0)) and _IS_THERE in error.message:
            met.append(
                f"the rows of {item.schema}.{item.name} were not added: its extension has made some of them itself"
            )
        elif _HARMLESS not in error.message:
            known.append(error.message)
    if unknown := outcome.count - len(outcome.errors):
        known.append(f"and {unknown} more errors")
    if outcome.code and not outcome.count:  # its sessions spoke at the same time, and nobody could understand them
        known.append("something that pg_restore did not name: restore it again with --jobs 1 to see what")
    return tuple(known), tuple(met)


def _hidden(comparison: Comparison | None, plan: Plan) -> Iterator[str]:
    """Say of which tables the role that restores may not see all rows, though it owns them."""
    for schema, name in comparison.hidden if comparison else ():
        yield f"{schema}.{name} was not compared: its policies hide rows from {plan.target.admin.user}, too"


def _finished(plan: Plan, progress: Progress) -> tuple[str, ...]:
    progress.stage("gathering statistics")
    try:
        finish(plan.target, plan.entry.manifest, plan.creates)
    except psycopg2.Error as error:
        return (f"ANALYZE failed, and is to be done by hand: {said(plan.target.admin, error)}",)
    return ()


def _compared(plan: Plan, means: Means, contents: Contents, progress: Progress) -> tuple[Comparison | None, str]:
    progress.stage("comparing")
    manifest = plan.entry.manifest
    saved = Saved(contents, manifest.totals.fingerprint, version_of(manifest.server.version))
    aside = {(table.schema, table.name) for each in plan.selection.set_aside for table in each.tables}
    try:
        comparison = compare(
            plan.target.connection,
            saved,
            lambda: means.deadline.left("tables were compared"),
            set_aside=aside,
            parallel=plan.way.jobs,
            progress=progress.tables,
        )
    except (Uncounted, OutOfTime, psycopg2.Error) as failure:
        return None, plan.target.admin.redactor.text(str(failure).strip())
    return comparison, ""
