"""What one snapshot of a database holds: how many rows each table has, and a digest of them without regard to order.

The same is asked of a restored copy: equal contents have equal digests, whatever the order of rows and columns.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Literal

import psycopg2
from psycopg2 import errors

from caretaker.archive.connection import Connection, Session
from caretaker.archive.digests import FIRST, digest, question
from caretaker.archive.large_objects import large_objects
from caretaker.archive.manifest import Fingerprint
from caretaker.archive.reading import Answer, ask, beginning
from caretaker.archive.relations import Relation, relations, sequences
from caretaker.archive.sessions import LOCK_WAIT, begin, quoted, rows, version_of_session
from caretaker.archive.tables import Contents, Table
from caretaker.archive.tables import Sequence as SequenceState
from caretaker.archive.versions import Version

SMALL = 5_000_000_000  # bytes of a database up to which ``auto`` means digests
_TOGETHER = 100  # small tables, or sequences, that one query reads
_LITTLE = 4_000_000  # bytes of tables that are small together
_PATIENCE = 30.0  # seconds for a session to begin

Code = Literal["lock-timeout", "out-of-time", "dump-failed"]
Setting = Literal["auto", "full", "counts", "off"]


class Uncounted(Exception):
    """The tables could not be counted; the message says why, ``code`` is the finding's."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code: Code = code


@dataclass(frozen=True, slots=True)
class Look:
    """How a database is looked at.

    ``snapshot`` is the name of an exported one, empty for the state of now. ``as_of`` is the version of the server that
    the first look was at. ``left`` gives the seconds that are left, ``parallel`` is the number of sessions. The rows of
    what is ``hidden``, by schema and name, are not asked for.
    """

    mode: Fingerprint
    left: Callable[[], float]
    snapshot: str = ""
    excluded: Sequence[str] = ()
    as_of: Version | None = None
    parallel: int = 2
    hidden: Collection[tuple[str, str]] = ()


def mode_for(setting: Setting, server: Version, database_bytes: int) -> Fingerprint:
    """Return how a database is looked at: ``auto`` is ``full`` below 5 GB. Servers before 11 have no digests."""
    match setting:
        case "auto" | "full" if server < FIRST:
            return "counts"
        case "auto":
            return "full" if database_bytes < SMALL else "counts"
        case "full" | "counts" | "off":
            return setting


def fingerprint(
    connection: Connection, look: Look, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Contents:
    """Return what the snapshot holds; ``progress`` is told how many tables of all are done. Raises ``Uncounted``.

    Called while a dump of this snapshot runs, whose locks keep every table as it was.
    """
    with _told(), closing(begin(connection, _PATIENCE)) as session:
        rows(session, beginning(look.snapshot, look.left()))
        as_of = look.as_of or version_of_session(session)
        found = relations(session, look.excluded)
        objects = large_objects(session, look.mode)
        stands = _stands(session, sequences(session))
        tables = [
            one for one in found if one.kind in ("table", "partition") and (one.schema, one.name) not in look.hidden
        ]
        batches = _batches(session, tables) if look.mode != "off" else []
    questions = [[question(relation, look.mode, as_of) for relation in batch] for batch in batches]
    with _told():
        answers = ask(connection, questions, look.snapshot, look.left, look.parallel, progress)
    return Contents(tuple(_table(one, answers.get(one.oid), look.mode, as_of) for one in found), stands, objects)


def _table(relation: Relation, answer: Answer | None, mode: Fingerprint, as_of: Version) -> Table:
    if answer is None:
        return Table(relation.schema, relation.name, None, None, relation.kind, relation.excluded)
    _, file, count, total = answer
    if file != relation.file:
        raise Uncounted(
            "dump-failed",
            f"the table {relation} was emptied or rewritten just when the backup began: run it again",
        )
    made = digest(int(total or 0), as_of) if mode == "full" else None
    return Table(relation.schema, relation.name, count, made, relation.kind, relation.excluded)


def _stands(session: Session, names: Sequence[tuple[str, str]]) -> tuple[SequenceState, ...]:
    """Return where sequences stand, which no snapshot holds still: they may have gone on since."""
    stands = []
    for start in range(0, len(names), _TOGETHER):
        part = names[start : start + _TOGETHER]
        asked = " union all ".join(
            f"select {place}, last_value, is_called from {quoted(*name)}"  # noqa: S608 - names are quoted
            for place, name in enumerate(part)
        )
        for place, last, called in rows(session, asked):
            schema, name = part[place]
            stands.append(SequenceState(schema, name, last, called))
    return tuple(stands)


def _batches(session: Session, tables: Sequence[Relation]) -> list[list[Relation]]:
    """Return the tables by what one query reads: large ones alone and first, small ones together."""
    asked = "select oid, coalesce(pg_table_size(oid), 0) from pg_class where oid = any(%s)"
    sizes: dict[int, int] = dict(rows(session, asked, ([table.oid for table in tables],)) if tables else ())
    batches: list[list[Relation]] = []
    room = 0
    for table in sorted(tables, key=lambda table: sizes.get(table.oid, 0), reverse=True):
        room -= sizes.get(table.oid, 0)
        if not batches or room < 0 or len(batches[-1]) == _TOGETHER:
            batches.append([])
            room = _LITTLE - sizes.get(table.oid, 0)
        batches[-1].append(table)
    return batches


@contextmanager
def _told() -> Iterator[None]:
    """Say in a sentence what has gone wrong with the server."""
    try:
        yield
    except errors.LockNotAvailable:
        raise Uncounted(
            "lock-timeout", f"a table could not be counted: somebody held a lock on it for more than {LOCK_WAIT} s"
        ) from None
    except errors.QueryCanceled as error:
        raise Uncounted("out-of-time", f"the tables were not counted in time: {_first_line(error)}") from None
    except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
        raise Uncounted(
            "dump-failed", f"a table was dropped or renamed just when the backup began: {_first_line(error)}"
        ) from None
    except psycopg2.Error as error:
        raise Uncounted("dump-failed", f"the tables could not be counted: {_first_line(error)}") from None


def _first_line(error: psycopg2.Error) -> str:
    return (error.diag.message_primary or str(error).strip() or type(error).__name__).splitlines()[0][:200]
