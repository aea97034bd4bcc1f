"""A function that the platform kills between any two steps leaves a whole backup or none, and the next run says so."""

import time
from functools import partial
from itertools import count

import pytest

from caretaker.archive.identity import DUMP
from tests.databases import run, session_on
from tests.faults import every
from tests.integration.backup.backing_up import World, forget, is_whole
from tests.integration.backup.killing import dying_after, run_elsewhere, with_a_full_disk
from tests.postgres import PostgresServer

KILLED = -9


@every(5)
def test_wherever_a_run_is_killed_there_is_a_whole_backup_or_none(world: World, step: int) -> None:
    kept = world.run().manifest
    assert kept
    seen = {"whole": 0, "none": 0}
    for position in count(0, step):
        world.later()
        code = run_elsewhere(world, dies_at=position)
        made = [each for each in world.backups() if each != kept]
        assert all(is_whole(world, each) for each in made), position
        assert len(made) <= 1
        if code == 0:
            break
        assert code == KILLED
        seen["whole" if made else "none"] += 1
        told = len(world.told())
        noticed = not world.is_free()
        if noticed:
            assert_others_wait(world)
        world.later(10)  # the lease has run out
        assert world.run().manifest, position
        assert world.events()[told:] == (["opened", "resolved"] if noticed else []), position
        assert world.state().incident is None
        assert world.is_free()
        forget(world, kept)
    assert seen["none"] > 1
    assert seen["whole"] > 0


@pytest.mark.parametrize(
    "share", [pytest.param(0.01, marks=pytest.mark.slow), 0.5, pytest.param(0.99, marks=pytest.mark.slow)]
)
def test_a_run_that_is_killed_among_the_rows_leaves_no_backup_and_nothing_that_goes_on(
    world: World, postgres_18: PostgresServer, share: float
) -> None:
    database = str(world.url).rpartition("/")[2]
    run(postgres_18, database, "insert into orders select n, repeat(md5(n::text), 30) from generate_series(1, 9000) n")
    kept = world.run().manifest
    dump = kept and kept.stored(DUMP)
    assert dump
    world.later()

    assert run_elsewhere(world, prepare=partial(dying_after, share * dump.raw_bytes)) == KILLED

    assert world.backups() == (kept,)
    assert_nobody_is_in(postgres_18, database)
    world.later()
    assert world.run().manifest
    assert world.events() == ["opened", "resolved"]


def test_a_disk_on_which_nothing_can_be_written_is_no_obstacle(world: World) -> None:
    assert run_elsewhere(world, prepare=with_a_full_disk) == 0

    [made] = world.backups()
    assert is_whole(world, made)


def assert_nobody_is_in(server: PostgresServer, database: str) -> None:
    """Wait until the killed run's sessions are gone, its pg_dump's with them."""
    within = "select count(*) from pg_stat_activity where datname = %s"
    until = time.monotonic() + 20
    with session_on(server) as session:
        session.execute(within, [database])
        while (left := session.fetchone()[0]) and time.monotonic() < until:
            time.sleep(0.1)
            session.execute(within, [database])
    assert left == 0


def assert_others_wait(world: World) -> None:
    """Let the same event and another one come while the lease of the killed one lasts: neither makes anything."""
    before = world.backups()
    assert "is being worked on" in world.run(world.asked(request="r-killed")).silent
    assert "is under way, until" in world.run(world.asked(request="r-other")).silent
    assert world.backups() == before
