"""Databases for tests: made, filled, dumped and restored with PostgreSQL's own programs."""

import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import extensions

from caretaker.archive.connection import Connection, connections
from caretaker.archive.programs import programs_for
from caretaker.archive.sessions import options
from caretaker.archive.versions import Version
from tests.postgres import PostgresServer

_NUMBERS = count()


def connection_to(server: PostgresServer, database: str, user: str = "postgres") -> Connection:
    """Return how a database of the server is reached."""
    connection = connections(server.url(user), "", patience=10)[0]
    return Connection({**connection.parameters, "dbname": database})


@contextmanager
def session_on(server: PostgresServer, database: str = "postgres", user: str = "postgres") -> Iterator[Any]:
    """Give a cursor on a database, each statement by itself; a server waits in the end for who is still there."""
    place = connection_to(server, database, user).parameters
    with closing(psycopg2.connect(extensions.make_dsn(**place, client_encoding="UTF8"))) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            yield cursor


def make(server: PostgresServer, *statements: str, options: str = "") -> str:
    """Make a database with a name of its own, run the statements in it, and return its name."""
    name = f"made_{next(_NUMBERS)}"
    with session_on(server) as cursor:
        cursor.execute(f"create database {name} strategy file_copy {options}")  # a third of the time
    run(server, name, *statements)
    return name


def run(server: PostgresServer, database: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements; return the rows of the last."""
    with session_on(server, database) as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if statements and cursor.description else []


def dump(programs: Path, connection: Connection, server: PostgresServer, *arguments: str) -> bytes:
    """Return a dump in the custom format."""
    chosen = programs_for(Version(server.version, 0), programs)
    command: list[str | Path] = [chosen.path("pg_dump"), "-Fc", "-Z0", "--no-password", *arguments]
    environment = chosen.environment(connection.environment(options(Version(server.version, 0))))
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout


def restore(programs: Path, archive: bytes, connection: Connection, server: PostgresServer) -> None:
    """Restore a dump into a database that is there."""
    chosen = programs_for(Version(server.version, 0), programs)
    command: list[str | Path] = [chosen.path("pg_restore"), "--exit-on-error", "-d", connection.database]
    environment = chosen.environment(connection.environment())
    subprocess.run(command, env=environment, input=archive, check=True)
