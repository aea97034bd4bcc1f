"""The fifth level: what was restored is what was saved, by the manifest's word and by the archive's own rows."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace

import psycopg2

from caretaker.archive.connection import Connection, Session
from caretaker.archive.deadline import OutOfTime
from caretaker.archive.fingerprint import Uncounted
from caretaker.archive.reading import beginning
from caretaker.archive.restoring.comparing import Comparison, Difference, Saved, compare
from caretaker.archive.restoring.spread import Name, spread
from caretaker.archive.sessions import begin, quoted, rows
from caretaker.archive.versions import Version
from functions.verify.explaining import PlaceFailed
from functions.verify.lines import LONGEST, ArchiveRows, Tally

_PATIENCE = 10.0  # seconds for a session to begin
_TOGETHER = 1 << 20  # bytes of rows that are hashed together
_MANY = 4096  # rows that are hashed together
_SAME_TEXT = Version(12, 0)  # the first that writes floating-point numbers as the drill's server does


def find_differences(
    connection: Connection, saved: Saved, archive: ArchiveRows, aside: frozenset[Name], left: Callable[[], float]
) -> Comparison:
    """Compare a restored database twice; raise ``OutOfTime``, and ``PlaceFailed`` if it could not be read."""
    try:
        comparison = compare(connection, saved, left, set_aside=aside)
        with closing(begin(connection, _PATIENCE)) as session:
            found = [*_tables(session, saved, archive, aside, left), *_sequences(session, archive, aside)]
    except psycopg2.errors.QueryCanceled:
        raise OutOfTime("the time was over while tables were being compared") from None
    except Uncounted as uncounted:
        if uncounted.code == "out-of-time":
            raise OutOfTime(str(uncounted)) from None
        raise PlaceFailed(f"what was restored could not be compared: {uncounted}") from None
    except psycopg2.Error as failure:
        raise PlaceFailed(f"what was restored could not be compared: {str(failure).strip()[:300]}") from None
    known = {one.what for one in comparison.differences}
    more = tuple(one for one in found if one.what not in known)
    return replace(comparison, differences=(*comparison.differences, *more))


def _tables(
    session: Session, saved: Saved, archive: ArchiveRows, aside: frozenset[Name], left: Callable[[], float]
) -> Iterator[Difference]:
    there, roots = {(one.schema, one.name) for one in archive.tables}, spread(session)
    for table in saved.contents.tables:
        own = (table.schema, table.name)
        if table.is_dumped and not {own, roots.get(own, own)} & (there | aside):
            yield Difference("rows", f"table {table}", f"{table} has no rows in the dump, not even none")
    for one in archive.by_table():
        place = (one.schema, one.name)
        if place in aside or saved.server < _SAME_TEXT:
            continue
        below = [table for table, root in roots.items() if root == place]
        name, tally = (
            f"{one.schema}.{one.name}",
            _copied(session, one.columns, below or [place], archive.encoding, left),
        )
        if tally.count != one.count:
            said = f"{name} has {tally.count:,} rows, and {one.count:,} in the dump"
            yield Difference("rows", f"table {name}", said)
        elif tally.total != one.total:
            said = f"{name} has as many rows as in the dump, {one.count:,}, and not the same ones"
            yield Difference("content", f"table {name}", said)


def _copied(session: Session, columns: str, tables: Iterable[Name], encoding: str, left: Callable[[], float]) -> Tally:
    """Return the tally of restored tables; their rows come as they are in the dump: its columns, in its encoding."""
    into, form = _Into(), f"with (encoding '{encoding}')"
    rows(session, beginning("", left()))
    with session.cursor() as cursor:
        for name in tables:
            cursor.copy_expert(f"copy (select {columns} from only {quoted(*name)}) to stdout {form}", into)  # noqa: S608
    rows(session, "commit")
    return into.tally()


class _Into:
    """Where rows are copied to: each comes by itself, as bytes."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._lines: list[bytes] = []
        self._bytes = 0

    def write(self, row: bytes) -> int:
        """Take in one row with its end."""
        if len(row) > LONGEST:
            self._flush()
        self._lines.append(row[:-1])
        self._bytes += len(row)
        if self._bytes > _TOGETHER or len(self._lines) == _MANY:
            self._flush()
        return len(row)

    def tally(self) -> Tally:
        """Return what all rows came to."""
        self._flush()
        return self._tally

    def _flush(self) -> None:
        if self._lines:
            self._tally.lines(self._lines)
        self._lines, self._bytes = [], 0


def _sequences(session: Session, archive: ArchiveRows, aside: frozenset[Name]) -> Iterator[Difference]:
    """Yield the sequences that do not stand where the dump sets them."""
    for one in archive.sequences:
        if (one.schema, one.name) in aside:
            continue
        what = f"sequence {one.schema}.{one.name}"
        try:
            found = rows(session, f"select last_value, is_called from {quoted(one.schema, one.name)}")[0]  # noqa: S608
        except psycopg2.errors.UndefinedTable:
            yield Difference("rows", what, f"the {what} is missing")
            continue
        if found != (one.last_value, one.is_called):
            yield Difference("content", what, f"the {what} stands at {found[0]}, and in the dump at {one.last_value}")
