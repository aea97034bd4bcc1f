"""Whatever goes wrong, the target is as it was, or it is said what is there."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from caretaker.archive.entries import entries
from caretaker.archive.objects import StorageFailed
from caretaker.archive.restoring.arriving import NoRoom
from caretaker.archive.restoring.carrying_out import restore
from caretaker.archive.restoring.choosing import choose
from caretaker.archive.restoring.preflight import preflight
from caretaker.archive.restoring.reaching import reach
from caretaker.archive.restoring.taking_back import RestoreFailed
from caretaker.archive.restoring.target import look
from tests.databases import make, run
from tests.faults import Faults, Killed, lost_or_killed
from tests.integration.restore.restoring import Silent, World, backed_up, prove
from tests.postgres import PostgresServer


@lost_or_killed
def test_at_every_call_of_s3_a_fault_leaves_nothing(
    world: World, error: Callable[[], BaseException], after: bool
) -> None:
    failed = 0
    for position in range(calls(world)):
        faults = Faults(position, after, error)
        faults.watch(world.bucket.client)
        try:
            assert world.restore().is_equal, "a call that others overtook did not fail"
            world.database += "_"
        except (Killed, StorageFailed):
            failed += 1
            assert world.databases() == []
        finally:
            faults.position = None
    assert failed >= 3


def calls(world: World) -> int:
    """Return how many calls of S3 a restore needs."""
    counting = Faults()
    counting.watch(world.bucket.client)
    world.restore()
    world.database += "_"
    assert len(counting.calls) >= 7
    return len(counting.calls)


@pytest.mark.parametrize("at", ["downloading", "restoring"])
def test_ctrl_c_takes_everything_back_and_says_so(world: World, at: str) -> None:
    world.progress = Silent(lambda stage: interrupt() if stage == at else None)

    with pytest.raises(KeyboardInterrupt) as ended:
        world.restore()

    assert world.databases() == []
    assert list(world.room.iterdir()) == []
    if at == "restoring":
        assert ended.value.__notes__ == [f"the database {world.database} was dropped again"]


@pytest.mark.parametrize(
    "at", [*(pytest.param(at, marks=pytest.mark.slow) for at in ("gathering statistics", "comparing")), "a table"]
)
def test_ctrl_c_behind_it_keeps_what_is_restored_and_says_that_it_is_not_compared(world: World, at: str) -> None:
    class Ended(Silent):
        def tables(self, done: int, total: int) -> None:
            if self.stages[-1] == "comparing" and at == "a table":
                interrupt()

    world.progress = Ended(lambda stage: interrupt() if stage == at else None)

    restored = world.restore()

    assert restored.not_compared == "it was ended by hand"
    assert not restored.is_equal
    assert world.count() == 3000


@pytest.mark.parametrize("to_file", [True, False], ids=["file", "pipe"])
def test_a_server_that_lets_nobody_in_any_more_half_way_leaves_nothing(world: World, to_file: bool) -> None:
    def close(stage: str) -> None:
        if stage == "restoring":
            run(world.server, "postgres", f"alter database {world.database} allow_connections false")
            end_sessions(world)

    world.progress = Silent(close)
    if not to_file:
        world.free = lambda folder: 0 if folder == world.room else 10**12

    with pytest.raises(RestoreFailed, match=f"The database {world.database} was dropped again"):
        world.restore()

    assert world.databases() == []


@pytest.mark.parametrize("exists", [False, True], ids=["new", "there before"])
def test_a_servers_disk_that_fills_up_half_way_leaves_nothing(
    world: World, programs: Path, postgres_18: PostgresServer, exists: bool
) -> None:
    full = "could not extend file: No space left on device"
    begins = f"begin if current_database() <> '{{}}' then raise exception '{full}'; end if; return true; end"
    database = make(postgres_18)
    run(
        postgres_18,
        database,
        f"create function fits(int) returns bool language plpgsql as $${begins.format(database)}$$",
        "create table small as select 1 as one",
        "create table large (n int check (fits(n)))",
        "insert into large select generate_series(1, 100)",
    )
    newest = backed_up(world.bucket, postgres_18.url(database=database), programs, -timedelta(1))
    prove(world.bucket, newest.id, "equal")
    world.database = make(postgres_18) if exists else world.database
    left = "holds what it held before" if exists else "was dropped again"

    with pytest.raises(RestoreFailed, match=rf"No space left on device.*\. The database {world.database} {left}"):
        world.restore()

    assert world.databases() == ([world.database] if exists else [])


def test_what_needs_an_extension_that_the_server_lacks_is_set_aside_and_the_rest_is_equal(
    world: World, programs: Path, postgres_18: PostgresServer
) -> None:
    statements = ("create extension citext", "create table tags (tag citext)", "create table plain as select 1 as one")
    database = make(postgres_18, *statements, "insert into tags values ('a')")
    newest = backed_up(world.bucket, postgres_18.url(database=database), programs, -timedelta(1))
    prove(world.bucket, newest.id, "equal")
    entry = choose(entries(world.bucket, "main"), "main").entries[0]
    there = look(reach(postgres_18.url(database=world.database), "", world.database, {}))
    lacking = {name: offer for name, offer in there.extensions.items() if name != "citext"}
    plan = preflight(entry, replace(there, extensions=lacking), world.wish, world.means)

    restored = restore(plan, world.means, world.progress)

    said = " | ".join(remark.message for remark in plan.remarks if remark.weight == "asks")
    assert "the server lacks the extension citext" in said
    assert "TABLE public.tags" in said
    assert restored.errors == ()
    assert restored.comparison
    assert (restored.comparison.equal, restored.comparison.compared, restored.comparison.tables) == (1, 1, 2)
    assert not restored.is_equal, "not everything is there"
    assert world.count("plain") == 1


def test_a_database_of_that_name_that_came_up_meanwhile_is_left_alone(world: World) -> None:
    def come_up(stage: str) -> None:
        if stage == "downloading":
            run(world.server, "postgres", f"create database {world.database}")
            run(world.server, world.database, "create table mine as select 1 as one")

    world.progress = Silent(come_up)

    with pytest.raises(RestoreFailed, match=f"already exists. The database {world.database} was not made"):
        world.restore()

    assert world.count("mine") == 1


def test_a_database_that_cannot_be_dropped_again_is_said_with_what_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_target: object) -> None:
        raise psycopg2.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("caretaker.archive.restoring.taking_back.drop", refused)
    world.progress = Silent(lambda stage: interrupt() if stage == "restoring" else None)

    with pytest.raises(KeyboardInterrupt) as ended:
        world.restore()

    [note] = ended.value.__notes__
    assert f'with a part of {world.shelf.newer.id.text}: DROP DATABASE "{world.database}";' in note
    assert world.databases() == [world.database]


def test_at_every_write_a_full_disk_is_said_and_nothing_is_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caretaker.archive.restoring.fetching.CHUNK", 20_000)
    monkeypatch.setattr("caretaker.archive.restoring.stream.CHUNK", 20_000)
    writes = Writes()

    def opened(path: Path, *arguments: Any, **options: Any) -> Any:
        return writes.open(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", opened)
    world.restore()
    world.database += "_"
    needed = writes.done
    assert needed > 3
    for position in range(needed):
        writes.left = position
        with pytest.raises(NoRoom, match=r"No space left on device\. Nothing was changed\. Name a disk with room"):
            world.restore()
        assert world.databases() == []
        assert list(world.room.iterdir()) == []


_OPEN = Path.open


class Writes:
    """Files whose write at a position finds the disk full; each takes only a part of what it is given."""

    def __init__(self) -> None:
        self.left, self.done = 1_000_000, 0

    def open(self, path: Path, *arguments: Any, **options: Any) -> Any:
        file = _OPEN(path, *arguments, **options)
        if path.name != "database.dump":
            return file
        writes = self

        class Full:
            def __enter__(self) -> "Full":
                return self

            def __exit__(self, *_: object) -> None:
                file.close()

            def write(self, chunk: memoryview) -> int:
                if writes.left == 0:
                    raise OSError(28, os.strerror(28))
                writes.left -= 1
                writes.done += 1
                return int(file.write(chunk[: max(1, len(chunk) // 2 + 5_000)]))

        return Full()


def interrupt() -> None:
    raise KeyboardInterrupt


def end_sessions(world: World) -> None:
    run(
        world.server,
        "postgres",
        f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{world.database}'",
    )
