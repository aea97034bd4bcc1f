"""The one state of a database that a backup is of: a snapshot, exported and held until everybody has seen it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg2

from caretaker.archive.connection import Connection, Session
from caretaker.archive.manifest import Extension, Server
from caretaker.archive.relations import relations
from caretaker.archive.sessions import begin, rows, system_identifier, version_of_session
from caretaker.archive.versions import Version

_PATIENCE = 30.0  # seconds for a session to begin


class SnapshotLost(Exception):
    """The session that held the snapshot has ended: nothing that was read can be relied on; the message says why."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An exported snapshot; ``at`` is its time in UTC, by the server's clock.

    ``excluded`` are the tables whose rows are left out, as ``--exclude-table-data`` takes them.
    """

    name: str
    at: datetime
    server: Server
    extensions: tuple[Extension, ...]
    excluded: tuple[str, ...]
    session: Session

    def still_there(self) -> None:
        """Raise ``SnapshotLost`` if the session that holds the snapshot has not lived until now."""
        try:
            rows(self.session, "select 1")
        except psycopg2.Error as error:
            said = (error.diag.message_primary or str(error).strip() or "it does not answer").splitlines()[0][:200]
            raise SnapshotLost(
                f"the session that held the snapshot has ended before everything was read: {said}"
            ) from None


@contextmanager
def exported(connection: Connection, excluded: tuple[str, ...] = ()) -> Iterator[Snapshot]:
    """Give a snapshot that other sessions can see; raise ``psycopg2.Error``.

    ``excluded`` are the tables whose rows are left out, by name or with ``*``.
    """
    with closing(begin(connection, _PATIENCE)) as session:
        # What may be forbidden is asked before: an error would end the transaction, and the snapshot.
        version, identifier, in_recovery = _version(session), system_identifier(session), _in_recovery(session)
        rows(session, "begin isolation level repeatable read, read only")
        name, at = rows(session, "select pg_export_snapshot(), statement_timestamp()")[0]
        encoding, collation, ctype, size, lsn, *locale = rows(
            session, _facts(version_of_session(session), in_recovery)
        )[0]
        found = rows(session, "select extname, extversion from pg_extension order by extname")
        server = Server(version, identifier, encoding, collation, ctype, size, lsn or "", in_recovery, *locale)
        left_out = tuple(table.quoted for table in relations(session, excluded) if table.excluded)
        extensions = tuple(Extension(extension, number) for extension, number in found)
        yield Snapshot(name, at.astimezone(UTC), server, extensions, left_out, session)


def _facts(version: Version, in_recovery: bool) -> str:
    lsn = "null"
    if version >= Version(10, 0):
        lsn = "pg_last_wal_replay_lsn()::text" if in_recovery else "pg_current_wal_lsn()::text"
    provider, locale, rules = "'c'", "null", "null"
    if version >= Version(15, 0):
        provider, locale = "datlocprovider", "datlocale" if version >= Version(17, 0) else "daticulocale"
    if version >= Version(16, 0):
        rules = "daticurules"
    return (
        f"select pg_encoding_to_char(encoding), datcollate, datctype, pg_database_size(oid), {lsn}, "  # noqa: S608
        f"case {provider} when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end, "
        f"coalesce({locale}, ''), coalesce({rules}, '') "
        "from pg_database where datname = current_database()"
    )


def _version(session: Session) -> str:
    return str(version_of_session(session))


def _in_recovery(session: Session) -> bool:
    return bool(rows(session, "select pg_is_in_recovery()")[0][0])
