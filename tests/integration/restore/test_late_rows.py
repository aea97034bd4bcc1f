"""Rows that are only taken once other tables have theirs come back, and what is never taken is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from caretaker.archive.objects import Bucket
from tests.databases import make, run
from tests.integration.restore.restoring import World, back_up, backup_of
from tests.late_rows import BROKEN, CHAIN
from tests.postgres import PostgresServer

GB = 1_000_000_000


@pytest.fixture(scope="module")
def chain(moto_endpoint: str, postgres_18: PostgresServer, programs: Path) -> Iterator[Bucket]:
    with backup_of(moto_endpoint, postgres_18, make(postgres_18, *CHAIN), programs) as bucket:
        yield bucket


@pytest.mark.parametrize("way", ["file", "pipe"])
def test_rows_that_need_those_of_other_tables_are_all_there(world: World, chain: Bucket, way: str) -> None:
    world.bucket = chain
    if way == "pipe":
        world.free = lambda folder: 0 if folder == world.room else 100 * GB

    restored = world.restore()

    assert (restored.is_equal, restored.errors) == (True, ())
    assert (restored.plan.way.to_file, restored.plan.way.in_transaction) == (way == "file", False)


def test_they_come_into_a_database_that_is_there_by_several_sessions(world: World, chain: Bucket) -> None:
    world.bucket = chain
    world.database = make(world.server, "create table mine as select 1 as one")
    world.wishing(into_non_empty=True, jobs=2)

    assert world.restore().is_equal


def test_what_an_older_server_complains_of_in_between_is_in_the_way_of_no_rows(
    world: World, chain: Bucket, postgres_16: PostgresServer
) -> None:
    world.bucket = chain
    world.server = postgres_16

    restored = world.restore()

    assert (restored.is_equal, restored.errors) == (True, ())


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.slow), 4])
def test_rows_that_their_constraint_does_not_allow_any_more_are_told_once(
    world: World, postgres_18: PostgresServer, jobs: int
) -> None:
    back_up(world, postgres_18, *BROKEN)
    world.wishing(jobs=jobs)

    restored = world.restore()

    [error] = restored.errors
    assert error.startswith('COPY failed for table "a": ERROR:  new row for relation "a" violates check constraint')
    assert not restored.is_equal
    assert run(world.server, world.database, "select n from allowed") == [(2,)]
