"""Statements run, and a snapshot held, in a server of a benchmark."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2

from tests.postgres import PostgresServer


def run(server: PostgresServer, statement: str) -> list[tuple[object, ...]]:
    """Run a statement; return its rows."""
    with closing(psycopg2.connect(server.url())) as session:
        session.autocommit = True
        cursor = session.cursor()
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def snapshot(server: PostgresServer) -> Iterator[str]:
    """Export a snapshot, and hold it."""
    with closing(psycopg2.connect(server.url())) as session:
        session.set_session("REPEATABLE READ", readonly=True)
        cursor = session.cursor()
        cursor.execute("select pg_export_snapshot()")
        yield str(cursor.fetchall()[0][0])
