"""Databases that a restore makes for itself, and takes away again when it fails."""

from contextlib import closing, suppress

import psycopg2
from psycopg2 import errors

from caretaker.archive.connection import Connection, Session
from caretaker.archive.identity import BackupId
from caretaker.archive.manifest import Manifest, Server
from caretaker.archive.restoring.locales import ways
from caretaker.archive.restoring.mark import mark_begun, mark_done
from caretaker.archive.restoring.reaching import MAINTENANCE, to_database
from caretaker.archive.restoring.target import Target
from caretaker.archive.sessions import quoted, rows, version_of_session
from caretaker.archive.versions import Version

_PATIENCE = 15.0  # seconds to connect
# Whatever the role is set to: this session writes, and what it does takes its time.
_WRITING = "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=60s -c search_path=pg_catalog"
# What a server says of a locale, or of whoever provides it, that it does not have, or has never heard of.
_UNKNOWN = (
    *(errors.WrongObjectType, errors.InvalidParameterValue, errors.FeatureNotSupported, errors.SyntaxError),
    errors.InvalidObjectDefinition,
)


def writing(connection: Connection) -> Session:
    """Return a session that may write; raise ``psycopg2.Error``."""
    return connection.connect(_PATIENCE, _WRITING)


def create(target: Target, manifest: Manifest) -> str:
    """Create the database as the dumped one was, and mark it; return what is different in it, empty if nothing is.

    Raises ``psycopg2.Error``; then there is none.
    """
    with closing(_beside(target)) as session:
        note = _created(session, target.database, manifest.server)
        try:
            mark_begun(session, target.database, manifest.id)
        except BaseException:
            _drop(session, target.database)
            raise
    return note


def drop(target: Target) -> None:
    """Drop the database, whoever is connected to it; raise ``psycopg2.Error``."""
    with closing(_beside(target)) as session:
        _drop(session, target.database)


def finish(target: Target, manifest: Manifest, is_ours: bool) -> None:
    """Gather the statistics that queries are planned by, and have the database say what it is, if it ``is_ours``.

    Raises ``psycopg2.Error``.
    """
    with closing(writing(target.connection)) as session:
        if is_ours:
            mark_done(session, target.database, manifest.id, manifest.as_of)
        rows(session, "analyze")


def left_behind(target: Target, backup: BackupId) -> str:
    """Return, in words, what is to be done about a database that could not be dropped."""
    return (
        f"the database {target.database} is left there with a part of {backup.text}: "
        f"DROP DATABASE {quoted(target.database)};"
    )


def said(connection: Connection, error: psycopg2.Error) -> str:
    """Return what a server says, in one line without the password."""
    first = (error.diag.message_primary or str(error).strip() or type(error).__name__).splitlines()[0]
    return connection.redactor.text(first)[:200]


def _beside(target: Target) -> Session:
    """Return a session on another database of the server: the one that it is on cannot be dropped."""
    others = [name for name in (target.admin.database, *MAINTENANCE) if name != target.database]
    for name in others[:-1]:
        with suppress(psycopg2.OperationalError):
            return writing(to_database(target.admin, name))
    return writing(to_database(target.admin, others[-1]))


def _created(session: Session, database: str, server: Server) -> str:
    nearer_first = list(ways(server, version_of_session(session)))
    for place, (options, note) in enumerate(nearer_first):
        try:
            rows(session, f"create database {quoted(database)} template template0 {options}")
        except _UNKNOWN:
            if place == len(nearer_first) - 1:
                raise
        else:
            return note
    raise AssertionError("there is a last way")


def _drop(session: Session, database: str) -> None:
    if version_of_session(session) >= Version(13, 0):
        rows(session, f"drop database if exists {quoted(database)} with (force)")
        return
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
    rows(session, ended, (database,))
    rows(session, f"drop database if exists {quoted(database)}")
