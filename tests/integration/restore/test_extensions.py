"""Rows that people have added to a table of an extension's are restored, or it is said why they are not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.drill.source import source
from caretaker.archive.objects import Bucket
from tests.databases import make, run
from tests.integration.restore.restoring import World, back_up, backup_of
from tests.postgres import PostgresServer

_OWN = "insert into spatial_ref_sys values (990001, 'OUR', 1, 'x', 'y')"
_POSTGIS = ("create extension postgis", _OWN, "create table notes as select 'a note' as text")
_ALL_ROWS = (
    "update pg_extension set extcondition = array[''] where extname = 'postgis'"  # as other releases divide them
)


@pytest.fixture(scope="module")
def with_postgis() -> Iterator[PostgresServer]:
    """A server with what stands for PostGIS."""
    with source() as server:
        yield server


@pytest.fixture(scope="module")
def backup(moto_endpoint: str, with_postgis: PostgresServer, programs: Path) -> Iterator[Bucket]:
    """A backup with a row of ours in spatial_ref_sys."""
    with backup_of(moto_endpoint, with_postgis, make(with_postgis, *_POSTGIS), programs) as bucket:
        yield bucket


@pytest.fixture
def mapped(world: World, backup: Bucket, with_postgis: PostgresServer) -> World:
    """That backup, and a server that has the extension."""
    world.bucket, world.server = backup, with_postgis
    return world


def systems(world: World) -> list[int]:
    return [srid for (srid,) in run(world.server, world.database, "select srid from spatial_ref_sys order by srid")]


def test_they_come_back_beside_the_extensions_own(mapped: World) -> None:
    restored = mapped.restore()

    assert (restored.is_equal, restored.notes) == (True, ())
    assert systems(mapped) == [4326, 990001]


def test_those_that_meet_the_extensions_own_are_no_error_and_are_named(
    world: World, with_postgis: PostgresServer
) -> None:
    back_up(world, with_postgis, *_POSTGIS, _ALL_ROWS)

    restored = world.restore()

    assert (restored.is_equal, restored.errors) == (True, ())
    assert restored.notes == (
        "the rows of public.spatial_ref_sys were not added: its extension has made some of them itself",
    )
    assert systems(world) == [4326]


def test_an_extension_that_is_there_already_keeps_the_rows_that_it_has(mapped: World) -> None:
    mapped.database = make(mapped.server, "create extension postgis", _OWN)

    plan = mapped.plan()
    restored = mapped.restore()

    assert [remark.message for remark in plan.remarks if "spatial_ref_sys" in remark.message] == [
        (
            "not restored: TABLE DATA public.spatial_ref_sys "
            "(the table is one of an extension that is there already: it keeps the rows that it has)"
        )
    ]
    assert (restored.is_equal, restored.errors) == (True, ())
    assert systems(mapped) == [4326, 990001]


def test_without_the_extension_they_have_no_place_and_are_named(mapped: World, postgres_18: PostgresServer) -> None:
    mapped.server = postgres_18

    plan = mapped.plan()
    restored = mapped.restore()

    assert "TABLE DATA public.spatial_ref_sys (the table is one of an extension, and may be of one" in " ".join(
        remark.message for remark in plan.remarks
    )
    assert (restored.is_equal, restored.errors) == (True, ())
