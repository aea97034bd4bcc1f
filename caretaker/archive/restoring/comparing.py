"""Comparing a restored database with what the backup's snapshot saw: rows and digests, sequences, large objects."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from caretaker.archive.connection import Connection
from caretaker.archive.digests import together
from caretaker.archive.fingerprint import Look, fingerprint
from caretaker.archive.manifest import Fingerprint, LargeObjects
from caretaker.archive.restoring.spread import Name, spread
from caretaker.archive.sessions import begin, rows
from caretaker.archive.tables import Contents, Sequence, Table
from caretaker.archive.versions import Version

Kind = Literal["rows", "content"]

_PATIENCE = 30.0  # seconds for a session to begin
# https://www.postgresql.org/docs/18/functions-info.html: for the role that asks, which may be the owner.
_HIDDEN = (
    "select n.nspname, c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
    "where c.relrowsecurity and row_security_active(c.oid)"
)
_RISING = "select schemaname, sequencename from pg_catalog.pg_sequences where increment_by > 0 and not cycle"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was: what it is about, and how it differs, in words.

    ``kind`` is ``rows`` where something is missing or too many, ``content`` where as many are not the same.
    """

    kind: Kind
    what: str
    message: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing came to: ``compared`` of ``tables`` tables were looked at.

    The others were set aside, or are ``hidden``: policies keep their rows from the role that looks.
    """

    tables: int
    compared: int
    differences: tuple[Difference, ...]
    hidden: tuple[Name, ...] = ()

    @property
    def equal(self) -> int:
        """How many tables are as they were."""
        different = {one.what for one in self.differences if one.what.startswith("table ")}
        return self.compared - len(different)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup says of its contents; ``server`` is the version of the server that was dumped."""

    contents: Contents
    mode: Fingerprint
    server: Version


def compare(
    connection: Connection,
    saved: Saved,
    left: Callable[[], float],
    *,
    set_aside: Collection[Name] = (),
    parallel: int = 2,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Comparison:
    """Compare a database with a backup's contents; raise ``Uncounted``, and what ``left`` raises at the deadline.

    Tables that were ``set_aside`` are not looked at. The order of rows and columns makes no difference.
    """
    with closing(begin(connection, _PATIENCE)) as session:
        rising = {(schema, name) for schema, name in rows(session, _RISING)}
        roots = spread(session)
        hidden = frozenset((schema, name) for schema, name in rows(session, _HIDDEN))
    look = Look(saved.mode, left, as_of=saved.server, parallel=parallel, hidden=hidden)
    found = fingerprint(connection, look, progress)
    comparison = judge(saved.contents, found, saved.mode, hidden.union(set_aside), rising, roots)
    return replace(comparison, hidden=tuple(sorted(hidden.difference(set_aside))))


def judge(
    saved: Contents,
    found: Contents,
    mode: Fingerprint,
    set_aside: Collection[Name] = (),
    rising: Collection[Name] = (),
    roots: Mapping[Name, Name] = MappingProxyType({}),
) -> Comparison:
    """Return what speaks against a restored database being what was saved.

    ``rising`` are the sequences whose values only ever grow. Of tables with one of the ``roots`` it counts what they
    hold together.
    """
    dumped = [table for table in saved.tables if table.is_dumped]
    wanted = [table for table in dumped if _name(table) not in set(set_aside)]
    there = {_name(table): table for table in found.tables}
    same = _same_together(wanted, there, roots)
    differences = [
        *(one for table in wanted if table not in same and (one := _table(table, there.get(_name(table))))),
        *_sequences(saved, found, set_aside, rising),
        *_large_objects(saved.large_objects, found.large_objects, mode),
    ]
    return Comparison(len(dumped), len(wanted), tuple(differences))


def _name(table: Table) -> Name:
    return table.schema, table.name


def _same_together(wanted: Collection[Table], there: Mapping[Name, Table], roots: Mapping[Name, Name]) -> set[Table]:
    """Return the partitions of each root whose rows are all there, whichever of them they are in now."""
    below: dict[Name, list[Table]] = defaultdict(list)
    for table in wanted:
        if (root := roots.get(_name(table))) is not None:
            below[root].append(table)
    same: set[Table] = set()
    for saved in below.values():
        found = [there[_name(table)] for table in saved if _name(table) in there]
        if len(found) == len(saved) and _sums(found) == _sums(saved):
            same.update(saved)
    return same


def _sums(tables: Collection[Table]) -> tuple[int, str]:
    return sum(table.rows or 0 for table in tables), together(table.digest for table in tables if table.digest)


def _table(saved: Table, found: Table | None) -> Difference | None:
    what = f"table {saved}"
    if found is None:
        return Difference("rows", what, f"{saved} is missing")
    if saved.rows is not None and saved.rows != found.rows:
        return Difference("rows", what, f"{saved} has {found.rows or 0:,} rows, and had {saved.rows:,}")
    if saved.digest is not None and saved.digest != found.digest:
        return Difference("content", what, f"{saved} has the {found.rows or 0:,} rows it had, and not the same ones")
    return None


def _sequences(
    saved: Contents, found: Contents, set_aside: Collection[Name], rising: Collection[Name]
) -> Iterator[Difference]:
    """Yield the sequences that are missing, or stand further on than they did when they were looked at.

    A dump reads them before we do, and no snapshot holds them still: they may stand behind, by as much as was used
    meanwhile.
    """
    there = {(one.schema, one.name): one for one in found.sequences}
    for one in saved.sequences:
        name = (one.schema, one.name)
        what, restored = f"sequence {one.schema}.{one.name}", there.get(name)
        if restored is None:
            if name not in set(set_aside):
                yield Difference("rows", what, f"the {what} is missing")
        elif name in set(rising) and _stand(restored) > _stand(one):
            said = f"the {what} stands at {restored.last_value}, and stood at {one.last_value}"
            yield Difference("content", what, said)


def _stand(sequence: Sequence) -> tuple[int, bool]:
    return sequence.last_value, sequence.is_called


def _large_objects(saved: LargeObjects, found: LargeObjects, mode: Fingerprint) -> Iterator[Difference]:
    if mode == "off":
        saved = replace(saved, bytes=None, digest=None)
    if saved.count != found.count:
        yield Difference(
            "rows", "large objects", f"there are {found.count:,} large objects, and there were {saved.count:,}"
        )
    elif saved.digest is not None and (saved.bytes, saved.digest) != (found.bytes, found.digest):
        yield Difference("content", "large objects", f"the {found.count:,} large objects are not the same ones")
