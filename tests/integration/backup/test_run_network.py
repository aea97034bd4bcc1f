"""A network that is cut, or falls silent, anywhere in a run leaves no backup, and the run ends in time."""

import time
from collections.abc import Iterator

import pytest

from functions.backup.run import BackupFailed
from tests.cable import Cable, cable
from tests.databases import make
from tests.integration.backup.backing_up import World
from tests.integration.backup.dumping import pg_dumps
from tests.postgres import PostgresServer

ROWS = 200_000
BYTES = 8_000_000  # of the dump, nearly


@pytest.fixture(scope="module")
def large(postgres_18: PostgresServer) -> str:
    """A database whose dump takes a moment."""
    filling = f"create table large as select n, md5(n::text) note from generate_series(1, {ROWS}) n"
    return make(postgres_18, filling)


@pytest.fixture
def laid(world: World, large: str, postgres_18: PostgresServer) -> Iterator[Cable]:
    """A cable between the run and a database."""
    with cable(postgres_18.port) as between:
        world.url = postgres_18.url(database=large).replace(str(postgres_18.port), str(between.port))
        yield between


@pytest.mark.parametrize(
    "share", [0.001, pytest.param(0.01, marks=pytest.mark.slow), 0.5, pytest.param(0.95, marks=pytest.mark.slow)]
)
def test_a_network_that_is_cut_ends_the_backup(world: World, laid: Cable, share: float) -> None:
    laid.lasts = share * BYTES

    failed(world, 75.0)

    [opened] = world.told()
    assert {finding["code"] for finding in opened["findings"]} <= {"dump-failed", "unreachable"}


def test_a_network_that_falls_silent_ends_the_backup_when_its_time_is_over(world: World, laid: Cable) -> None:
    laid.lasts, laid.cut = 0.5 * BYTES, False
    began = time.monotonic()

    failed(world, 4.0)

    assert time.monotonic() - began < 20
    [opened] = world.told()
    assert [finding["code"] for finding in opened["findings"]] == ["out-of-time"]


def test_a_network_that_is_back_makes_the_second_attempt_succeed(world: World, laid: Cable) -> None:
    laid.lasts = 0.5 * BYTES

    def mend() -> None:
        laid.lasts = float("inf")

    world.while_waiting = mend

    assert world.run(seconds=600.0).manifest
    assert world.told() == []


def failed(world: World, seconds: float) -> None:
    with pytest.raises(BackupFailed):
        world.run(seconds=seconds)
    assert world.manifests() == []
    assert world.uploads() == []
    assert world.is_free()
    assert pg_dumps() == []
