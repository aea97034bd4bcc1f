"""What is dumped from a server with the programs that are right for it is what is restored into one of its kind."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg2
import pytest

from caretaker.archive.programs import Programs, programs_for
from caretaker.archive.versions import Version, version_of_server
from tests.postgres import PASSWORD, PostgresServer
from tests.sandbox import Sandbox

ROWS = "select count(*), sum(hashtextextended(orders::text, 0)::numeric) from orders"


@pytest.fixture(scope="module")
def connection(server: PostgresServer) -> Mapping[str, str]:
    query(server, "create table orders (id int primary key, note text)")
    query(server, "insert into orders select n, repeat('x', n % 50) from generate_series(1, 5000) n")
    return {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres", "PGPASSWORD": PASSWORD}


def test_a_database_is_dumped_and_restored_by_the_programs_for_its_server(
    server: PostgresServer, connection: Mapping[str, str], lambda_like: Sandbox
) -> None:
    number = str(query(server, "show server_version_num")[0][0])
    programs = programs_for(version_of_server(int(number)), lambda_like.layer / "postgres")
    query(server, "create database restored")

    dump = run(lambda_like, programs, ["pg_dump", "-Fc", "-Z0", "-d", "postgres"], connection)
    restoring = ["pg_restore", "--exit-on-error", "-d", "restored"]
    restored = run(lambda_like, programs, restoring, connection, dump.stdout)

    assert (dump.returncode, restored.returncode) == (0, 0), dump.stderr + restored.stderr
    assert query(server, ROWS, database="restored") == query(server, ROWS)


@pytest.mark.parametrize("server", [16], indirect=True)
def test_newer_programs_do_not_restore_into_an_older_server(
    server: PostgresServer, connection: Mapping[str, str], lambda_like: Sandbox
) -> None:
    newer = programs_for(Version(18, 0), lambda_like.layer / "postgres")
    query(server, "create database refused")

    dump = run(lambda_like, newer, ["pg_dump", "-Fc", "-d", "postgres"], connection)
    restored = run(lambda_like, newer, ["pg_restore", "--exit-on-error", "-d", "refused"], connection, dump.stdout)

    assert dump.returncode == 0
    assert restored.returncode == 1
    assert b'unrecognized configuration parameter "transaction_timeout"' in restored.stderr


def query(server: PostgresServer, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
    session = psycopg2.connect(server.url(database=database))
    try:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        session.close()


def run(
    place: Sandbox, programs: Programs, command: list[str], connection: Mapping[str, str], given: bytes = b""
) -> "subprocess.CompletedProcess[bytes]":
    program: list[str | Path] = [place.programs / str(programs.version.major) / "bin" / command[0]]
    return place.run([*program, *command[1:]], programs.environment(connection), given)
