"""Backups of every kind: in an emergency, of what makes no sense, and of nothing at all."""

from tests.databases import make
from tests.databases import run as query
from tests.integration.backup.backing_up import World, progress, runs
from tests.integration.backup.conftest import left
from tests.postgres import PostgresServer


def test_an_emergency_backup_keeps_its_reason(world: World) -> None:
    made = world.run(world.asked(kind="emergency", reason="before the migration", request="r-3"))

    assert made.manifest
    assert (made.manifest.id.kind, made.manifest.reason) == ("emergency", "before the migration")
    assert progress(world, "r-3").details["receipt"]["reason"] == "before the migration"


def test_a_backup_that_shrank_is_kept_and_alarms(world: World, postgres_18: PostgresServer) -> None:
    world.run()
    world.later()
    database = str(world.url).rpartition("/")[2]
    query(postgres_18, database, "delete from orders where n > 10")

    made = world.run()

    assert len(world.backups()) == 2
    assert made.manifest in world.backups()
    [opened] = world.told()
    assert [finding["code"] for finding in opened["findings"]] == ["shrunk"]
    assert opened["status"] == "degraded"
    assert "no backup between" not in opened["note"]


def test_the_backup_of_an_empty_database_is_kept_and_alarms(world: World, postgres_18: PostgresServer) -> None:
    world.url = postgres_18.url(database=make(postgres_18))

    assert world.run().manifest

    [opened] = world.told()
    assert [finding["code"] for finding in opened["findings"]] == ["empty-database"]


def test_a_dry_run_stores_nothing_and_tells_nobody(world: World) -> None:
    made = world.run(world.asked(dry_run=True, request="r-4"))

    assert "could be made" in made.silent
    assert left(world.bucket) == ([], [])
    assert (world.told(), runs(world)) == ([], [])
    assert progress(world, "r-4").details["receipt"]["dry run"] == "a backup could be made; none was"


def test_a_dry_run_that_fails_says_why_to_its_request_only(world: World, postgres_18: PostgresServer) -> None:
    world.url = postgres_18.url(database="nowhere")

    made = world.run(world.asked(dry_run=True, request="r-5"))

    assert "could not be made" in made.silent
    [finding] = progress(world, "r-5").details["findings"]
    assert finding["code"] == "auth-failed"
    assert (world.told(), runs(world)) == ([], [])


def test_a_dry_run_leaves_the_lease_of_a_killed_run_to_whoever_reports_it(world: World) -> None:
    world.hold("the daily backup of yesterday", 60)
    world.later()

    world.run(world.asked(dry_run=True))

    assert not world.is_free()


def test_a_dry_run_says_that_another_backup_is_under_way(world: World) -> None:
    world.hold("the daily backup of yesterday", 600)

    assert "is under way" in world.run(world.asked(dry_run=True)).silent
