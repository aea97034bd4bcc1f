"""A backup comes back as it was, whatever the way."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import Bucket
from caretaker.archive.restoring.carrying_out import Restored
from caretaker.archive.restoring.running import Outcome, PgRestore
from caretaker.archive.restoring.taking_back import RestoreFailed
from caretaker.core.sizes import spoken_size
from tests.databases import make, run
from tests.integration.restore.restoring import SHOP, Shelf, Silent, World, backed_up, prove
from tests.postgres import PostgresServer

GB = 1_000_000_000


@dataclass(frozen=True)
class Done:
    """A restore as it usually is, its world, and the modes of the folders that it has written to."""

    world: World
    restored: Restored
    modes: list[int]


@pytest.fixture(scope="module")
def done(shelf: Shelf, programs: Path, postgres_18: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Done:
    room, modes = tmp_path_factory.mktemp("room"), list[int]()

    def look(_stage: str) -> None:
        modes.extend(folder.stat().st_mode & 0o777 for folder in room.iterdir())

    world = World(shelf.bucket, shelf, programs, room, postgres_18, progress=Silent(look))
    return Done(world, world.restore(), modes)


def test_a_database_that_does_not_exist_is_created_and_is_equal(done: Done) -> None:
    world, restored = done.world, done.restored

    assert restored.comparison
    assert restored.comparison.differences == ()
    assert (restored.comparison.equal, restored.comparison.tables) == (6, 6)
    assert restored.is_equal
    assert world.count() == 3000
    assert run(world.server, world.database, "select twice(21), (select count(*) from totals)") == [(42, 200)]
    assert list(world.room.iterdir()) == []
    assert str(restored.plan.way) == "by 4 sessions at once, from a file"


def test_an_error_that_nobody_could_understand_is_one_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    restoring = PgRestore.restore

    def unheard(self: PgRestore, *arguments: Any) -> Outcome:
        return replace(restoring(self, *arguments), code=1, counted=1)

    monkeypatch.setattr(PgRestore, "restore", unheard)

    restored = world.restore()

    assert restored.comparison
    assert restored.comparison.differences == ()
    assert restored.errors == ("something that pg_restore did not name: restore it again with --jobs 1 to see what",)
    assert not restored.is_equal


def test_its_statistics_are_gathered_and_its_comment_says_what_it_is(done: Done) -> None:
    world = done.world

    asked = "select reltuples, shobj_description(d.oid, 'pg_database') from pg_class, pg_database d"
    [(rows, comment)] = run(
        world.server, world.database, f"{asked} where relname = 'orders' and datname = current_database()"
    )
    assert rows == 3000
    assert comment.startswith(f"restored from the backup {world.shelf.newer.id.text} of main, 20")


def test_without_room_for_a_file_it_goes_through_a_pipe_by_one_session(world: World) -> None:
    world.free = lambda folder: GB if folder == world.room else 100 * GB
    plan = world.plan()

    restored = world.restore()

    assert (plan.way.to_file, plan.way.jobs) == (False, 1)
    assert any(f"{spoken_size(GB)} free" in each.message and each.weight == "asks" for each in plan.remarks)
    assert restored.is_equal
    assert list(world.room.iterdir()) == []


@pytest.mark.parametrize("to_file", [True, False], ids=["file", "pipe"])
def test_an_empty_database_that_is_there_is_filled_in_one_transaction(world: World, to_file: bool) -> None:
    world.database = make(world.server)
    if not to_file:
        world.free = lambda folder: 0 if folder == world.room else 100 * GB

    restored = world.restore()

    assert restored.is_equal
    assert (restored.plan.way.in_transaction, restored.plan.way.to_file) == (True, to_file)


def test_a_database_that_is_not_empty_is_added_to_if_that_is_wished(world: World) -> None:
    world.database = make(world.server, "create table mine as select 1 as one")
    world.wishing(into_non_empty=True)

    restored = world.restore()

    assert restored.is_equal
    assert world.count("mine") == 1


def test_a_name_that_is_taken_fails_the_transaction_and_nothing_is_changed(world: World) -> None:
    world.database = make(world.server, "create table orders as select 7 as n")
    world.wishing(into_non_empty=True)

    with pytest.raises(RestoreFailed, match=r'relation "orders" already exists.*holds what it held before'):
        world.restore()

    assert world.count() == 1
    assert run(world.server, world.database, "select to_regclass('customers')") == [(None,)]


def test_several_sessions_in_a_database_that_is_there_leave_a_part_which_is_said(world: World) -> None:
    world.database = make(world.server, "create table orders as select 7 as n")
    world.wishing(into_non_empty=True, jobs=2)
    plan = world.plan()

    restored = world.restore()

    assert any(
        "is not done in one transaction" in remark.message and remark.weight == "asks" for remark in plan.remarks
    )
    assert not restored.is_equal
    assert any('relation "orders" already exists' in error for error in restored.errors)
    assert restored.comparison
    assert any("orders has 1 rows, and had 3,000" in one.message for one in restored.comparison.differences)


def test_progress_is_told_of_bytes_and_tables(done: Done) -> None:
    world = done.world
    raw = world.shelf.newer.objects[0].raw_bytes
    assert world.progress.stages == ["downloading", "restoring", "gathering statistics", "comparing"]
    assert world.progress.done == {"bytes": (raw, raw), "restoring": (6, 6), "comparing": (6, 6)}


def test_a_role_without_rights_over_the_server_restores_what_it_may(world: World) -> None:
    run(
        world.server,
        "postgres",
        "drop role if exists plain",
        "create role plain login createdb password 'sup3r/s3cret'",
    )

    restored = world.restore("plain")

    assert restored.is_equal
    [(owner,)] = run(world.server, world.database, "select tableowner from pg_tables where tablename = 'orders'")
    assert owner == "plain"


def test_a_server_older_than_the_dumped_one_is_said(world: World, postgres_16: PostgresServer) -> None:
    world.server = postgres_16

    plan = world.plan()

    assert any("older than the 18" in remark.message and remark.weight == "asks" for remark in plan.remarks)


def test_a_locale_that_the_server_does_not_know_is_replaced_and_that_is_said(world: World) -> None:
    elsewhere = replace(world.shelf.newer.server, collation="tlh_XX.UTF-8", ctype="tlh_XX.UTF-8")
    changed = encode(replace(world.shelf.newer, server=elsewhere))
    world.bucket.client.put_object(Bucket=world.bucket.name, Key=world.shelf.newer.id.key(MANIFEST), Body=changed)

    restored = world.restore()

    assert restored.is_equal
    assert restored.notes == (
        "the server does not know the locale tlh_XX.UTF-8: texts are sorted as the server sorts them",
    )


@pytest.mark.parametrize("source", [pytest.param(16, marks=pytest.mark.slow), 18])
def test_a_backup_of_either_version_comes_back_on_16(
    world: World, bucket: Bucket, programs: Path, source: int, postgres_16: PostgresServer, postgres_18: PostgresServer
) -> None:
    server = postgres_16 if source == 16 else postgres_18
    newest = backed_up(bucket, server.url(database=make(server, *SHOP)), programs, -timedelta(1))
    prove(bucket, newest.id, "restored")
    world.server = postgres_16

    restored = world.restore()

    assert restored.plan.entry.manifest == newest
    assert restored.errors == ()
    assert restored.is_equal
    assert restored.plan.programs.version.major == source


def test_nothing_is_written_to_the_disk_but_into_a_folder_that_only_its_owner_can_read(done: Done) -> None:
    assert done.modes
    assert set(done.modes) == {0o700}
