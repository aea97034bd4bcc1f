"""Owners and privileges that are kept: their roles are there, or are named before anything is made."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from caretaker.archive.objects import Bucket
from tests.buckets import empty
from tests.databases import make, run
from tests.integration.restore.restoring import World, backed_up, backup_of, prove
from tests.postgres import PASSWORD, PostgresServer

ROLES = ("kept_owner", "kept_reader", "kept_later", "kept_app", "Kept odd one")
OWNED = (
    "create table notes as select n from generate_series(1, 50) n",
    "alter table notes owner to kept_owner",
    "grant select on notes to kept_reader",
    "alter default privileges for role kept_owner grant select on tables to kept_later",
    "alter table notes enable row level security",
    "create policy own on notes to kept_app using (true)",
    "do $$begin execute format('alter large object %s owner to kept_reader', lo_create(0)); end$$",
    'create schema odd authorization "Kept odd one"',
)


@pytest.fixture(scope="module")
def owned(moto_endpoint: str, postgres_16: PostgresServer, programs: Path) -> Iterator[Bucket]:
    """A backup of what belongs to roles and is open to others."""
    add(postgres_16, ROLES)
    made = make(postgres_16, *OWNED)
    with backup_of(moto_endpoint, postgres_16, made, programs) as bucket:
        yield bucket
    take_away(postgres_16, made)


@pytest.fixture
def elsewhere(world: World, owned: Bucket, postgres_18: PostgresServer) -> Iterator[World]:
    """That backup, of another server; it is to be kept like that."""
    world.bucket = owned
    yield world.wishing(keep_owner=True)
    take_away(postgres_18, world.database)


def take_away(server: PostgresServer, database: str) -> None:
    run(server, "postgres", f"drop database if exists {database}")
    run(server, "postgres", *(f'drop role if exists "{role}"' for role in ROLES))


def add(server: PostgresServer, roles: tuple[str, ...]) -> None:
    run(server, "postgres", *(f'create role "{role}" nologin' for role in roles))


def test_all_roles_that_the_server_lacks_are_named_before_anything_is_made(elsewhere: World) -> None:
    plan = elsewhere.plan()

    [stop] = [remark for remark in plan.remarks if remark.weight == "stops"]
    assert not plan.may_begin
    assert stop.message == f"the server lacks the roles {', '.join(sorted(ROLES))}, which the dump names"
    assert 'CREATE ROLE "Kept odd one" NOLOGIN;' in stop.fix
    assert elsewhere.databases() == []


def test_a_single_role_that_lacks_is_named_alone(elsewhere: World, postgres_18: PostgresServer) -> None:
    add(postgres_18, ROLES[1:])

    [stop] = [remark.message for remark in elsewhere.plan().remarks if remark.weight == "stops"]

    assert stop == "the server lacks the role kept_owner, which the dump names"


def test_owners_privileges_and_policies_are_as_they_were_where_the_roles_are_there(
    elsewhere: World, postgres_18: PostgresServer
) -> None:
    add(postgres_18, ROLES)

    restored = elsewhere.restore()

    assert restored.is_equal
    asked = (
        "select tableowner, has_table_privilege('kept_reader', 'notes', 'select'),"
        " has_table_privilege('kept_reader', 'notes', 'insert'),"
        " (select roles::text from pg_policies where policyname = 'own'),"
        " (select pg_get_userbyid(nspowner)::text from pg_namespace where nspname = 'odd'),"
        " (select defaclacl::text from pg_default_acl) like '%kept_later=r/kept_owner%'"
        " from pg_tables where tablename = 'notes'"
    )
    assert run(postgres_18, elsewhere.database, asked) == [
        ("kept_owner", True, False, "{kept_app}", "Kept odd one", True)
    ]


@pytest.fixture
def stranger(elsewhere: World, postgres_18: PostgresServer) -> Iterator[str]:
    """A role that is a member of no other, where those of the dump are there."""
    add(postgres_18, ROLES)
    run(postgres_18, "postgres", f"create role stranger login createdb password '{PASSWORD}'")
    yield "stranger"
    run(postgres_18, "postgres", f"drop database if exists {elsewhere.database}", "drop role stranger")


def test_owners_that_our_role_is_no_member_of_are_named_before_anything_is_made(
    elsewhere: World, stranger: str
) -> None:
    stops = [remark for remark in elsewhere.plan(stranger).remarks if remark.weight == "stops"]

    strangers, public = (remark.message for remark in stops)
    assert strangers == (
        "stranger may not give anything to the roles Kept odd one, kept_owner, kept_reader, which own a part of the "
        "dump: only a member of a role may, or a superuser"
    )
    assert public.startswith("in the schema public of a new database the role kept_owner may own nothing")
    assert elsewhere.databases() == []


def test_a_member_of_the_owners_gives_them_what_was_theirs(
    elsewhere: World, bucket: Bucket, stranger: str, postgres_16: PostgresServer, postgres_18: PostgresServer
) -> None:
    empty(bucket)
    elsewhere.bucket = bucket
    statements = ("create table mine.t as select 1 as one", "alter table mine.t owner to kept_owner")
    made = make(postgres_16, "create schema mine authorization kept_owner", *statements)
    prove(elsewhere.bucket, backed_up(elsewhere.bucket, postgres_16.url(database=made), elsewhere.programs).id, "equal")
    run(postgres_16, "postgres", f"drop database {made}")

    [stop] = [remark for remark in elsewhere.plan(stranger).remarks if remark.weight == "stops"]
    run(postgres_18, "postgres", stop.fix.removeprefix("As a superuser: ").partition(";")[0])
    restored = elsewhere.restore(stranger)

    assert restored.is_equal
    asked = "select tableowner from pg_tables where tablename = 't'"
    assert run(postgres_18, elsewhere.database, asked) == [("kept_owner",)]


def test_without_the_wish_it_belongs_to_whoever_restores_and_only_policies_need_their_roles(
    elsewhere: World, postgres_18: PostgresServer
) -> None:
    add(postgres_18, ("kept_app",))

    restored = elsewhere.wishing(keep_owner=False).restore()

    assert restored.is_equal
    assert run(postgres_18, elsewhere.database, "select tableowner, relacl from pg_tables, pg_class "
        "where tablename = 'notes' and relname = 'notes'") == [("postgres", None)]  # fmt: skip
