"""What failed and expired backups leave behind: when it goes, and what never does."""

from datetime import timedelta
from typing import Any

from caretaker.archive.identity import DUMP, MANIFEST, TABLES, BackupId
from caretaker.core.results import Status
from caretaker.core.store import leases
from tests.integration.cleanup.cleaning_up import BUCKET, World, codes, of


def of_a_failed_run(world: World, database: str = "main") -> BackupId:
    backup = BackupId(database, "daily", world.now)
    world.put(backup.key(DUMP), backup.key(TABLES))
    return backup


def test_what_a_failed_run_has_left_goes_after_two_days(world: World) -> None:
    world.days_ago(1)
    backup = of_a_failed_run(world)

    world.later(hours=47)
    first = world.result()
    assert (codes(first), first.status, len(of(backup, world.keys()))) == (["orphan-found"], Status.OK, 2)
    assert f"main/{backup.text}" in first.summary

    world.later(hours=2)
    second = world.result()
    assert (codes(second), of(backup, world.keys())) == (["orphan-found"], [])
    assert second.measurements["orphans"] == 2

    world.later(hours=2)
    assert codes(world.result()) == []
    assert world.told() == [], "nobody is woken for that"


def test_a_backup_that_is_not_older_than_its_youngest_object_stays_whole(world: World) -> None:
    backup = of_a_failed_run(world)
    world.later(hours=49)
    world.bucket.client.put_object(Bucket=BUCKET, Key=backup.key("globals.sql.zst"), Body=b"?")
    world.now -= timedelta(hours=2)

    world.run()

    assert len(of(backup, world.keys())) == 3


def test_nothing_goes_of_a_database_that_is_being_backed_up(world: World) -> None:
    ours, other = of_a_failed_run(world), of_a_failed_run(world, "other")
    world.later(hours=72)
    leases.take(world.table, "backup/main", "a backup", now=world.now, until=world.now + timedelta(minutes=15))

    world.run()

    assert len(of(ours, world.keys())) == 2
    assert of(other, world.keys()) == []


def test_what_is_left_of_an_expired_backup_goes_at_once_and_is_no_orphan(world: World) -> None:
    world.days_ago(1, 2, 3)
    [gone] = world.days_ago(20)
    world.bucket.client.delete_object(Bucket=BUCKET, Key=gone.key(MANIFEST))

    result = world.result()

    assert of(gone, world.keys()) == []
    assert codes(result) == []
    assert result.measurements["objects"] == 5


def test_uploads_that_never_ended_are_aborted_after_a_day(world: World) -> None:
    bucket = world.bucket
    young, old = (BackupId("main", "daily", world.now - timedelta(hours=hours)).key(DUMP) for hours in (23, 25))
    for key in (young, old, "elsewhere/large"):
        bucket.client.create_multipart_upload(Bucket=BUCKET, Key=key)

    def begun(parsed: Any, **_: object) -> None:
        """Say when they began: moto says that of all uploads it was in 2010."""
        for upload in parsed["Uploads"]:
            upload["Initiated"] = world.now - timedelta(hours=23 if upload["Key"] == young else 25)

    bucket.client.meta.events.register("after-call.s3.ListMultipartUploads", begun)
    result = world.result(bucket=bucket)

    left = [upload["Key"] for upload in world.bucket.client.list_multipart_uploads(Bucket=BUCKET)["Uploads"]]
    assert sorted(left) == sorted([young, "elsewhere/large"])
    assert result.measurements["uploads"] == 1
