"""The fourth level: the archive is restored, by a role without rights, into a database that is thrown away."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2

from caretaker.archive.connection import Connection, Session
from caretaker.archive.identity import DUMP
from caretaker.archive.manifest import Manifest
from caretaker.archive.restoring.databases import writing
from caretaker.archive.restoring.filtering import Selection, SetAside, select
from caretaker.archive.restoring.late_rows import restore_behind_pre_data, rows_that_wait
from caretaker.archive.restoring.listing import Item, listed, rows_of_extensions
from caretaker.archive.restoring.publications import without_publications
from caretaker.archive.restoring.running import Order, PgRestore
from caretaker.archive.restoring.spread import Name
from caretaker.archive.restoring.stream import proven_bytes
from caretaker.archive.sessions import quoted, rows
from caretaker.archive.tables import Contents
from caretaker.core.secrets import Redactor
from functions.verify.decoding import Beside
from functions.verify.explaining import PlaceFailed, explained, unexpected
from functions.verify.lines import ArchiveRows
from functions.verify.means import Means
from functions.verify.needs import Needs, needs
from functions.verify.preparing import Ground, Prepared
from functions.verify.without_xml import tables_with_xml

# Owners and privileges are of roles that mean nothing here; tablespaces are of the other server.
_OPTIONS = ("--no-owner", "--no-privileges", "--no-tablespaces")
# Rows of tables that were made in the same run need not be logged, which takes a second for so many bytes, and room.
_LOGGED = 500_000_000
# A role that does not pass by policies could not read all rows of its own tables.
_FORCED = (
    "select format('alter table %s no force row level security', oid::regclass) from pg_class where relforcerowsecurity"
)


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored database, and what had to be set aside or replaced for it."""

    connection: Connection
    set_aside: tuple[SetAside, ...]
    replaced: tuple[str, ...]

    def tables_aside(self, contents: Contents, archive: ArchiveRows) -> frozenset[Name]:
        """Return the tables and sequences that were set aside, as the backup or its archive names them."""
        aside = {listed(item.schema, item.name) for one in self.set_aside for item in one.items}
        named = {(one.schema, one.name) for each in (contents, archive) for one in each.tables}
        named |= {(one.schema, one.name) for each in (contents, archive) for one in each.sequences}
        return frozenset(name for name in named if listed(*name) in aside)


def restore(ground: Ground, manifest: Manifest, beside: Beside, means: Means, file: Path | None) -> Restored:
    """Restore an archive, from a file in parallel, else from the bucket.

    Raises ``Unexplained`` for an error that is not of the server's making, ``PlaceFailed`` for what is wrong with it,
    ``OutOfTime``, and what reading the archive raises.
    """
    dump = manifest.stored(DUMP)
    assert dump is not None, "no manifest is believed without one"
    archive = file or (lambda: proven_bytes(means.bucket, manifest.id, dump))
    pg_restore = PgRestore(ground.programs, archive, means.deadline, Redactor())
    everything = pg_restore.items()
    needed = needs(pg_restore.sql("--section=pre-data", "--section=post-data"), beside.roles)
    with _in_place("no database could be prepared"):
        prepared = ground.prepare(needed)
    pg_restore = replace(pg_restore, redactor=prepared.connection.redactor)
    selection = _selection(everything, needed, prepared, beside.contents)
    environment, database = prepared.connection.environment(), prepared.connection.database
    # The one whose errors may be ours is run by itself and alone, so that each error is of a known item.
    began = means.deadline.monotonic()
    first = pg_restore.restore(environment, database, Order(selection.items, ("pre-data",), options=_OPTIONS))
    with _in_place("the database cannot be written to"), closing(writing(prepared.connection)) as session:
        forced = _force_no_policies(session)
        unread = _unreadable(everything, session)
    selection = explained(first, selection, prepared.sorts).without("libxml", "the server cannot read XML", unread)
    second = Order(selection.items, jobs=2 if file else 1, options=_OPTIONS)
    gained = dump.raw_bytes / _LOGGED - (means.deadline.monotonic() - began)
    is_one_run = file is not None and gained > 0 and not forced
    with _in_place("the database cannot be read"):
        if is_one_run and prepared.anew and not rows_that_wait(prepared.connection, selection.items):
            prepared.anew()
            outcome = pg_restore.restore(environment, database, second)
        else:
            outcome = restore_behind_pre_data(pg_restore, prepared.connection, environment, second)
    if not outcome.is_clean:
        raise unexpected(outcome, prepared.sorts)
    return Restored(prepared.connection, selection.set_aside, prepared.replaced)


def _selection(everything: Sequence[Item], needed: Needs, prepared: Prepared, contents: Contents) -> Selection:
    there = _there(everything, prepared)
    selection = select(everything, extensions=prepared.extensions, is_superuser=False, there=there)
    for item in _of_extensions(everything, contents):
        selection = selection.without(f"rows of {item.schema}.{item.name}", "an extension made it", {item.id})
    selection = without_publications(selection, needed.publications)
    if lacking := sorted(needed.policies_roles - prepared.roles):
        policies = {item.id for item in everything if item.kind == "POLICY"}
        selection = selection.without("policies", f"the server lacks roles: {', '.join(lacking)}", policies)
    return selection


@contextmanager
def _in_place(what_failed: str) -> Iterator[None]:
    """Take what a server says against us for a word about the place, and none about the archive."""
    try:
        yield
    except psycopg2.Error as failure:
        raise PlaceFailed(f"{what_failed}: {str(failure).strip()[:300]}") from None


def _force_no_policies(session: Session) -> bool:
    """Let the role see all rows; return whether anything hid them."""
    statements = rows(session, _FORCED)
    for (statement,) in statements:
        rows(session, statement)
    return bool(statements)


def _unreadable(everything: Sequence[Item], session: Session) -> set[int]:
    """Return the tables whose rows the server cannot take."""
    with_xml = {listed(*name) for name in tables_with_xml(session)}
    return {item.id for item in everything if item.kind == "TABLE" and listed(item.schema, item.name) in with_xml}


def _there(everything: Sequence[Item], prepared: Prepared) -> list[Item]:
    """Return the items that are in the database by now; an extension brings its comment along."""
    names = {
        "EXTENSION": prepared.made,
        "COMMENT": {f"EXTENSION {written}" for name in prepared.made for written in (name, quoted(name))},
        "SCHEMA": prepared.schemas,
    }
    collations = set(prepared.collations)
    return [
        item
        for item in everything
        if item.name in names.get(item.kind, ())
        or (item.kind == "COLLATION" and f"{item.schema}.{item.name}" in collations)
    ]


def _of_extensions(everything: Sequence[Item], contents: Contents) -> list[Item]:
    """Return the rows of extensions' tables: it is not known which rows of one that is made anew would be people's."""
    dumped = {listed(one.schema, one.name) for each in (contents.tables, contents.sequences) for one in each}
    return [item for item in rows_of_extensions(everything) if listed(item.schema, item.name) not in dumped]
