"""A database sorts texts as it did, whoever provides its locale; where it cannot, that is said before."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest_file import encode
from caretaker.local import postgres
from tests.buckets import empty
from tests.databases import make, run
from tests.integration.restore.restoring import World, backed_up, prove
from tests.postgres import PASSWORD, PostgresServer

_DEBIAN = Path("/usr/lib/postgresql")
_SORTED = ("create table words (word text check (word < 'b'))", "insert into words values ('ä')")


def back_up(world: World, server: PostgresServer, options: str, *statements: str) -> None:
    """Put a backup of a database that was made with these options in the place of all others."""
    empty(world.bucket)
    database = make(server, *statements, options=f"template template0 encoding 'UTF8' {options}")
    prove(world.bucket, backed_up(world.bucket, server.url(database=database), world.programs).id, "equal")


def test_a_locale_that_the_server_provides_itself_is_kept(world: World) -> None:
    back_up(
        world, world.server, "locale 'C' locale_provider builtin builtin_locale 'C.UTF-8'", "create table t (a text)"
    )

    restored = world.restore()

    assert (restored.is_equal, restored.notes) == (True, ())
    asked = f"select datlocprovider, datlocale from pg_database where datname = '{world.database}'"
    assert run(world.server, "postgres", asked) == [("b", "C.UTF-8")]


def test_an_order_of_texts_that_the_server_does_not_have_is_said_before_and_afterwards(world: World) -> None:
    elsewhere = replace(world.shelf.newer, server=replace(world.shelf.newer.server, provider="icu", locale="de-AT"))
    key = elsewhere.id.key(MANIFEST)
    world.bucket.client.put_object(Bucket=world.bucket.name, Key=key, Body=encode(elsewhere))

    [asks] = [remark for remark in world.plan().remarks if remark.weight == "asks"]
    restored = world.restore()

    assert asks.message.startswith("the server cannot sort texts by de-AT of icu, as the database did")
    assert restored.notes == (
        "the server does not know the locale de-AT of icu: texts are sorted as the server sorts them",
    )
    assert restored.is_equal


def test_a_database_of_libc_is_one_on_a_server_whose_own_databases_are_not(world: World) -> None:
    back_up(world, world.server, "lc_collate 'C' lc_ctype 'C'", "create table t (a text)")

    run(
        world.server,
        "postgres",
        "update pg_database set datlocprovider = 'b', datlocale = 'C.UTF-8' where datname = 'template0'",
    )
    try:
        restored = world.restore()
    finally:
        run(
            world.server,
            "postgres",
            "update pg_database set datlocprovider = 'c', datlocale = null where datname = 'template0'",
        )

    assert restored.notes == ()
    asked = f"select datlocprovider from pg_database where datname = '{world.database}'"
    assert run(world.server, "postgres", asked) == [("c",)]


@pytest.fixture(scope="module")
def with_icu() -> Iterator[PostgresServer]:
    """Debian's PostgreSQL 15, where there is one: that of the layer has no ICU."""
    if not (_DEBIAN / "15" / "bin" / "postgres").exists():
        pytest.skip("no PostgreSQL with ICU here")
    with postgres.postgres_server(_DEBIAN, 15, PASSWORD) as server:
        yield server


def test_a_database_of_icu_comes_back_as_one(world: World, with_icu: PostgresServer) -> None:
    back_up(world, with_icu, "locale 'C.UTF-8' locale_provider icu icu_locale 'de-AT'", *_SORTED)
    world.server = with_icu

    restored = world.restore()

    assert (restored.is_equal, restored.notes) == (True, ())
    asked = f"select datlocprovider, daticulocale from pg_database where datname = '{world.database}'"
    assert run(with_icu, "postgres", asked) == [("i", "de-AT")]
