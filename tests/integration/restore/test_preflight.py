"""What is in the way is said before anything is changed, all at once, each with what to do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest import Extension
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import Bucket
from caretaker.archive.restoring.carrying_out import restore
from caretaker.archive.restoring.plan import Plan
from caretaker.archive.restoring.reaching import PasswordMissing, Unreachable, reach
from tests.buckets import empty
from tests.databases import make, run
from tests.integration.restore.restoring import World, backed_up, prove
from tests.poolers import balancer, refusal, transaction_pooler
from tests.postgres import PASSWORD, PostgresServer


def stops(plan: Plan) -> list[str]:
    return [f"{each.message} → {each.fix}" for each in plan.remarks if each.weight == "stops"]


def asks(plan: Plan) -> list[str]:
    return [each.message for each in plan.remarks if each.weight == "asks"]


@pytest.fixture
def plain(world: World) -> Iterator[str]:
    """A role that may do nothing but log in."""
    run(world.server, "postgres", f"create role plain_role login password '{PASSWORD}'")
    yield "plain_role"
    run(world.server, "postgres", "drop role plain_role")


def test_nothing_is_in_the_way_of_a_new_database(world: World) -> None:
    plan = world.plan()

    assert plan.may_begin
    assert not plan.asks
    assert plan.tables == 6


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("create table mine ()", "1 table"),
        ("create view mine as select 1", "1 view"),
        ("create function mine() returns int language sql as 'select 1'", "1 function"),
        ("create type mine as enum ('a')", "1 type"),
        ("create schema mine", "1 schema"),
        ("create sequence mine", "1 sequence"),
        ("select lo_create(0)", "1 large object"),
    ],
)
def test_a_database_that_holds_anything_of_its_own_is_not_empty(world: World, made: str, said: str) -> None:
    world.database = make(world.server, made)

    [stop] = stops(world.plan())

    assert f"is not empty: it holds {said} → Name a database that does not exist" in stop


def test_what_extensions_made_is_no_content(world: World) -> None:
    world.database = make(
        world.server, "create schema extensions", "create extension citext schema extensions", "create extension hstore"
    )

    assert world.plan().may_begin


def test_a_role_that_may_not_create_databases_is_told_so(world: World, plain: str) -> None:
    [stop] = stops(world.plan(plain))

    assert f"{plain} may not create the database {world.database} → As a superuser: ALTER ROLE" in stop


def test_a_role_that_may_not_create_in_a_database_is_told_so(world: World, plain: str) -> None:
    world.database = make(world.server)

    [stop] = stops(world.plan(plain))

    assert f"{plain} may not create schemas in {world.database}" in stop
    assert f'GRANT CREATE ON DATABASE "{world.database}" TO "{plain}"' in stop


def test_all_that_is_in_the_way_is_said_at_once(world: World, plain: str) -> None:
    world.database = make(world.server, "create table mine ()")

    assert len(stops(world.plan(plain))) == 2


def test_a_server_without_room_for_the_database_is_said(world: World) -> None:
    world.free = lambda folder: 10**12 if folder == world.room else 1_000_000

    [stop] = stops(world.plan())

    assert "the disk of the server has 1.0 MB free, and the database had" in stop


def test_extensions_that_the_server_lacks_are_named(world: World) -> None:
    newer = replace(world.shelf.newer, extensions=(Extension("postgis", "3.5"), Extension("plpgsql", "1.0")))
    key = newer.id.key(MANIFEST)
    world.bucket.client.put_object(Bucket=world.bucket.name, Key=key, Body=encode(newer))

    plan = world.plan()

    assert asks(plan) == ["the server lacks the extension postgis 3.5: without them, what needs them is not restored"]


def test_what_an_unfinished_restore_has_left_is_dropped_first(world: World) -> None:
    world.database = make(world.server, "create table half ()")
    comment = f"caretaker is restoring this database from the backup {world.shelf.older.id.text}"
    run(world.server, world.database, f"comment on database {world.database} is '{comment}'")

    plan = world.plan()
    restored = restore(plan, world.means, world.progress)

    left = f"an unfinished restore of {world.shelf.older.id.text} has left: it is dropped"
    assert any(left in each for each in asks(plan))
    assert restored.is_equal
    assert run(world.server, world.database, "select to_regclass('half')") == [(None,)]


def test_a_restore_that_still_goes_on_is_not_disturbed(world: World) -> None:
    world.database = make(world.server)
    comment = f"caretaker is restoring this database from the backup {world.shelf.older.id.text}"
    run(world.server, world.database, f"comment on database {world.database} is '{comment}'")
    with_session = reach(world.server.url(database=world.database), "", world.database, {}).connection.connect(10)

    [stop] = stops(world.plan())
    with_session.close()

    assert "has not finished, and 1 sessions are at work in it → Wait for it, or end them" in stop


POLICED = (
    "create table notes (owner text, note text)",
    "insert into notes select 'a', n::text from generate_series(1, 50) n",
    "alter table notes enable row level security",
    "create policy own on notes to policed_app using (owner = current_user)",
)


def test_roles_of_policies_that_the_server_lacks_are_named(
    bucket: Bucket, world: World, programs: Path, postgres_16: PostgresServer, postgres_18: PostgresServer
) -> None:
    run(postgres_16, "postgres", "create role policed_app nologin")
    url = postgres_16.url(database=make(postgres_16, *POLICED))
    empty(bucket)
    prove(bucket, backed_up(bucket, url, programs).id, "equal")

    [stop] = stops(world.plan())
    run(postgres_18, "postgres", "create role policed_app nologin")
    restored = world.restore()

    assert stop == 'the server lacks the role policed_app, which the dump names → CREATE ROLE "policed_app" NOLOGIN;'
    assert restored.is_equal


_PRIVILEGED = (
    "create table notes as select n from generate_series(1, 50) n",
    "create function heard() returns event_trigger language plpgsql as 'begin end'",
    "create event trigger watch on ddl_command_end execute function heard()",
    "create extension citext",
    "comment on extension citext is 'letters'",
    "create publication everything for table notes",
    'create publication "all\nof it" for all tables',
    "create foreign data wrapper elsewhere",
    "create server far foreign data wrapper elsewhere",
    "create user mapping for public server far",
)


def test_what_only_a_superuser_may_make_is_set_aside_for_others_and_named(
    bucket: Bucket, world: World, programs: Path, postgres_18: PostgresServer
) -> None:
    url = postgres_18.url(database=make(postgres_18, *_PRIVILEGED))
    empty(bucket)
    prove(bucket, backed_up(bucket, url, programs).id, "equal")
    run(postgres_18, "postgres", f"create role managed login createdb password '{PASSWORD}'")

    plan = world.plan("managed")
    restored = world.restore("managed")

    said = " | ".join(each.message for each in plan.remarks)
    assert restored.errors == ()
    assert restored.is_equal
    for name in (
        "EVENT TRIGGER watch",
        "COMMENT EXTENSION citext",
        "FOREIGN DATA WRAPPER elsewhere, SERVER far, USER MAPPING",
        "PUBLICATION all of it (only a superuser may make one of all tables)",
    ):
        assert name in said
    assert run(postgres_18, world.database, "select pubname from pg_publication") == [("everything",)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wr0ng/secret"}, "does not let us in: .*password authentication failed"),
        ({"user": "nobody_known"}, "does not let us in"),
    ],
)
def test_a_server_that_does_not_let_us_in_is_said_without_the_password(
    postgres_18: PostgresServer, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(Unreachable, match=said) as failure:
        reach(postgres_18.url(**changes), "", "anything", {})

    assert "wr0ng" not in str(failure.value)
    assert PASSWORD not in str(failure.value)


def test_a_missing_password_is_known_as_such(postgres_18: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")

    with pytest.raises(PasswordMissing, match="wants a password for postgres: give it by PGPASSWORD or a passfile"):
        reach(f"postgresql://postgres@127.0.0.1:{postgres_18.port}/x", "", "x", {})


def test_a_port_where_nothing_listens_is_said() -> None:
    with pytest.raises(Unreachable, match="refused the connection"):
        reach("postgresql://postgres@127.0.0.1:1/x", "", "x", {})


@pytest.mark.parametrize(
    ("host", "instead"),
    [
        ("ep-cool-1234-pooler.eu-central-1.aws.neon.tech", "ep-cool-1234.eu-central-1.aws.neon.tech"),
        ("aws-0-eu-central-1.pooler.supabase.com:6543", "port 5432"),
        ("db.abcd.supabase.co:6543", "db.<project>.supabase.co"),
    ],
)
def test_a_pooler_that_is_known_by_name_is_refused_with_the_host_to_use(host: str, instead: str) -> None:
    with pytest.raises(Unreachable, match=f"pooler.*Give the direct host.*{instead}"):
        reach(f"postgresql://me:x@{host}/app", "", "app", {})


@pytest.mark.parametrize("said", ["unsupported startup parameter in options: statement_timeout", "no such database: x"])
def test_a_pooler_that_refuses_is_named_and_the_databases_own_address_asked_for(said: str) -> None:
    with refusal("08P01", said) as server, pytest.raises(Unreachable) as failure:
        reach(PostgresServer(server.port, 18, PASSWORD).url(), "", "x", {})

    assert "is a pooler: " in str(failure.value)
    assert f"{said}. Give the address of the database itself" in str(failure.value)
    assert server.connections == 1, "no other database is asked for by way of a pooler"


@pytest.mark.parametrize("exists", [True, False])
def test_a_pooler_is_known_by_what_it_does_before_anything_is_made(world: World, exists: bool) -> None:
    world.database = make(world.server) if exists else world.database
    with transaction_pooler(world.server.port) as pooler, pytest.raises(Unreachable) as failure:
        reach(PostgresServer(pooler.port, 18, PASSWORD).url(), "", world.database, {})

    assert "moved between connections of the server. Give the address of the database itself" in str(failure.value)
    assert world.databases() == ([world.database] if exists else [])


def test_an_address_of_several_servers_is_refused(postgres_16: PostgresServer, postgres_18: PostgresServer) -> None:
    with balancer(postgres_16.port, postgres_18.port) as several, pytest.raises(Unreachable, match="one snapshot"):
        reach(PostgresServer(several.port, 18, PASSWORD).url(), "", "postgres", {})
