"""Poolers: they give a session another server's connection for each transaction, and so no snapshot and no settings."""

import re
from contextlib import closing

import psycopg2
from psycopg2 import errors

from caretaker.archive.connection import Connection, Session
from caretaker.archive.sessions import begin, rows

_REFUSED = re.compile(
    r"unsupported startup parameter|no such database: |pgbouncer|Supavisor|tenant or user not found", re.IGNORECASE
)
USUAL = "Give the address of the database itself: a pooler lends a connection for one transaction only."


def by_name(host: str, port: int) -> tuple[str, str] | None:
    """Return what a known pooler is called, and which address to give instead; None for any other host.

    Sources: neon.com/docs/connect/connection-pooling, supabase.com/docs/guides/database/connecting-to-postgres.
    """
    name = host.lower().rstrip(".")
    if name.endswith(".neon.tech") and "-pooler." in name:
        return f"{host} is Neon's pooler", f"Give the direct host instead: {name.replace('-pooler.', '.', 1)}."
    if port == 6543 and name.endswith((".pooler.supabase.com", ".supabase.co")):
        return (
            f"{host}:{port} is Supabase's pooler in transaction mode",
            "Give the direct host db.<project>.supabase.co with port 5432, or port 5432 of the pooler (session mode).",
        )
    return None


def by_answer(said: str) -> bool:
    """Whether an error at the beginning of a session is one that only poolers give."""
    return bool(_REFUSED.search(said))


def by_behaviour(connection: Connection, session: Session, patience: float) -> tuple[str, str] | None:
    """Return how two sessions fail to see one snapshot, and what to do; None if they do. Raises ``psycopg2.Error``."""
    number = "select pg_backend_pid()"
    mine = rows(session, number)
    with closing(begin(connection, patience)) as other:
        idle = rows(session, number)
        rows(other, "begin isolation level repeatable read, read only")
        rows(other, "select 1")
        if (idle, rows(session, number)) != (mine, mine):
            return "the address leads to a pooler: a session is moved between connections of the server", USUAL
        rows(session, "begin isolation level repeatable read, read only")
        try:
            snapshot = str(rows(session, "select pg_export_snapshot()")[0][0])
            rows(
                other,
                f"rollback; begin isolation level repeatable read, read only; set transaction snapshot '{snapshot}'",
            )
        except (errors.InvalidParameterValue, errors.UndefinedObject, errors.FeatureNotSupported) as error:
            said = (error.diag.message_primary or "").strip()[:200]
            return f"two sessions cannot see one snapshot: {said}", USUAL
        finally:
            _end(session)
    return None


def _end(session: Session) -> None:
    if not session.closed:
        try:
            rows(session, "rollback")
        except psycopg2.Error:
            session.close()
