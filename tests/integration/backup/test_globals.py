"""Roles and settings of a server, without passwords; on a managed server, what that permits."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from caretaker.archive.programs import programs_for
from caretaker.archive.sessions import begin
from caretaker.archive.versions import Version
from functions.backup.globals import globals_sql
from tests.databases import connection_to, make, run
from tests.postgres import PASSWORD, PostgresServer, postgres_server

MADE = (
    "create role other noinherit createdb",
    'create role "od\'d ""one""" nologin',
    "create role app login password 'hunter2hunter2' connection limit 5 valid until '2030-01-01'",
    'grant "od\'d ""one""" to app with admin option',
    'grant "od\'d ""one""" to other with inherit false, set false',
    "alter role app set search_path = 'a b', public",
    "alter role app set work_mem = '7MB'",
    "alter role app in database postgres set statement_timeout = '5s'",
)
RIGHTS = """select rolname, rolsuper, rolcanlogin, rolconnlimit, rolvaliduntil, rolcreatedb from pg_roles
            where rolname !~ '^pg_' and rolname <> 'postgres' order by 1"""
SETTINGS = """select r.rolname, d.datname, setting from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
              left join pg_database d on d.oid = s.setdatabase, unnest(setconfig) setting order by 1, 2, 3"""
MEMBERS = """select roleid::regrole::text, member::regrole::text, admin_option, inherit_option, set_option
             from pg_auth_members where roleid > 16000 order by 1, 2"""


def globals_of(server: PostgresServer, programs: Path, database: str = "postgres", user: str = "postgres") -> str:
    connection = connection_to(server, database, user)
    with closing(begin(connection, 10)) as session:
        return globals_sql(connection, session, programs_for(Version(server.version, 0), programs), 30.0).decode()


@pytest.fixture(scope="module", params=[16, 18], ids="PostgreSQL {}".format)
def origin(request: pytest.FixtureRequest) -> Iterator[PostgresServer]:
    with postgres_server(request.param) as server:
        run(server, "postgres", *MADE)
        yield server


def test_roles_are_dumped_without_passwords(origin: PostgresServer, programs: Path) -> None:
    made = globals_of(origin, programs, make(origin))

    assert "CREATE ROLE app;" in made
    assert "work_mem" in made
    assert not any(secret in made for secret in ("hunter2hunter2", "SCRAM-SHA-256", PASSWORD))


def test_a_database_whose_name_looks_like_an_address_is_no_obstacle(origin: PostgresServer, programs: Path) -> None:
    run(origin, "postgres", "create database \"host=nowhere 'x' \\\"")

    assert "PostgreSQL database cluster dump" in globals_of(origin, programs, "host=nowhere 'x' \\")


def test_what_a_server_permits_comes_to_the_same(origin: PostgresServer, programs: Path) -> None:
    run(origin, "postgres", "revoke select on pg_tablespace from public")
    run(origin, "postgres", f"create role plain login password '{PASSWORD}'")

    made = globals_of(origin, programs, user="plain")

    assert made.startswith("-- Made from what the server permits")
    assert not any(secret in made for secret in ("hunter2hunter2", "SCRAM-SHA-256"))
    with postgres_server(origin.version) as other:
        lines = [
            line for line in made.splitlines() if line and not line.startswith("--") and 'ROLE "postgres"' not in line
        ]
        run(other, "postgres", *lines)
        for question in (RIGHTS, SETTINGS, MEMBERS):
            assert run(other, "postgres", question) == run(origin, "postgres", question)
