"""What a cleanup deletes, in which order, and what it says of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from caretaker.archive.hold import hold, release
from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.archive.objects import Bucket
from caretaker.core.config import Retention
from caretaker.core.results import Status
from caretaker.core.store import leases
from functions.cleanup.event import Asked
from functions.cleanup.run import Tools, planned
from tests.faults import Faults, unreachable
from tests.integration.cleanup.cleaning_up import World, codes, of


def test_what_the_plan_expires_goes_whole_and_its_versions_stay(world: World) -> None:
    kept = world.days_ago(1, 2, 3, 31)
    [gone] = world.days_ago(60)
    hold(world.bucket, gone, "a look", world.now - timedelta(days=50))
    release(world.bucket, gone, "done", world.now - timedelta(days=49))
    before = world.versions()

    result = world.result()

    assert result.status is Status.OK
    assert (result.measurements["kept"], result.measurements["expired"]) == (4, 1)
    assert result.measurements["bytes"] == pytest.approx(10 * 4, abs=6000)
    assert of(gone, world.keys()) == []
    assert world.backups() == set(kept)
    assert world.versions() == before, "nothing but delete markers was added"
    assert world.is_free()
    assert world.told() == []


def test_all_manifests_go_before_anything_else(world: World) -> None:
    world.days_ago(1, 2, 3, 31)
    gone = world.days_ago(60, 61, 62)
    deleted: list[list[str]] = []

    def note(params: dict[str, Any], **_: object) -> None:
        deleted.append([one["Key"] for one in params["Delete"]["Objects"]])

    bucket = world.bucket
    bucket.client.meta.events.register("provide-client-params.s3.DeleteObjects", note)
    world.run(bucket=bucket)

    assert sorted(deleted[0]) == sorted(backup.key(MANIFEST) for backup in gone)
    assert not any(key.endswith(MANIFEST) for key in deleted[1])
    assert len(deleted) == 2, "a thousand keys with each call"


def test_a_second_run_changes_nothing(world: World) -> None:
    world.days_ago(1, 2, 3, 31, 60)
    world.run()
    left, versions = world.keys(), world.versions()

    result = world.result()

    assert (world.keys(), world.versions()) == (left, versions)
    assert result.measurements["expired"] == 0


def test_a_held_backup_stays_until_it_is_released(world: World) -> None:
    world.days_ago(1, 2, 3, 31)
    [held] = world.days_ago(60)
    hold(world.bucket, held, "the audit", world.now)
    world.run()
    assert held in world.backups()

    release(world.bucket, held, "the audit is over", world.now + timedelta(seconds=1))
    world.run()
    assert held not in world.backups()


def test_without_a_section_backup_nothing_is_let_go(world: World) -> None:
    world.days_ago(1, 2, 3, 60, 400)
    world.retention, world.databases = None, ()

    assert world.result().measurements["expired"] == 0
    assert len(world.backups()) == 5


def test_a_database_that_left_the_configuration_keeps_its_last_good_ones(world: World) -> None:
    left = [world.days_ago(day, database="left")[0] for day in (100, 101, 102, 103)]
    world.days_ago(1)

    result = world.result()

    assert {backup for backup in world.backups() if backup.database == "left"} == set(left[:3])
    assert codes(result) == []


def test_thirty_days_of_failing_backups_take_no_good_one_along(world: World) -> None:
    world.retention = Retention(daily=7 * 86_400.0, keep_last=2)
    world.days_ago(0)
    for _ in range(30):
        world.later(days=1)
        world.days_ago(0, reached="checksums")
        world.run()
    assert len(world.good()) == 1
    assert len(world.backups()) == 31, "not one is known to be worse than another"
    assert ("opened", ["window-at-risk"]) in world.told()


def test_a_database_of_which_nothing_is_proven_is_told_of(world: World) -> None:
    world.days_ago(2, 40, drilled=False)

    result = world.result()

    assert (codes(result), result.status) == (["nothing-verified"], Status.DEGRADED)
    assert len(world.backups()) == 2
    assert world.told() == [("opened", ["nothing-verified"])]


def test_a_new_database_is_no_risk(world: World) -> None:
    world.days_ago(0.1, drilled=False)
    assert codes(world.result()) == []
    world.days_ago(1)
    assert codes(world.result()) == []


def test_fewer_good_ones_than_are_to_be_kept_is_a_risk(world: World) -> None:
    world.days_ago(3, 4)
    world.days_ago(1, 2, reached=None)

    [finding] = world.result().findings

    assert finding.code == "window-at-risk"
    assert finding.message == "only 2 of 4 backups of main are good"


@pytest.mark.parametrize("damage", [b"", b"{", b'{"schema_version": 99}'])
def test_a_backup_whose_manifest_cannot_be_read_is_left_alone(world: World, damage: bytes) -> None:
    backup = BackupId("main", "daily", world.now - timedelta(days=300))
    world.put(backup.key(DUMP))
    world._put(backup.key(MANIFEST), damage)
    world.later(days=10)

    result = world.result()

    assert len(of(backup, world.keys())) == 2
    assert result.measurements["unreadable"] == 1


def test_what_is_not_ours_is_counted_and_left_alone(world: World) -> None:
    foreign = [
        "backups/notes.txt",
        "backups/main/2026/11/20/manifest.json",
        "backups/main/2026/11/20/20261120T020000Z-daily-0000/database.dump.zst",
        "backups/../main/x",
        "other/backups/main/x",
        BackupId("main", "daily", world.now).prefix.removesuffix("/") + "x/y",
    ]
    world.put(*foreign)
    world.later(days=500)

    result = world.result()

    assert sorted(world.keys()) == sorted(foreign)
    assert result.measurements["foreign"] == 5
    assert result.status is Status.OK


def test_a_plan_does_nothing_and_says_what_would_go_and_why(world: World) -> None:
    world.days_ago(1, 2, 3, 31)
    [gone] = world.days_ago(60)
    before = world.keys()
    calls = Faults()
    bucket = world.bucket
    calls.watch(bucket.client)

    answer = planned(
        Asked(world.now, plan=True),
        Tools(world.table, bucket, world.config, lambda: world.now, lambda: 0.0, lambda _: None),
    ).to_json()

    assert world.keys() == before
    assert set(calls.calls) == {"ListObjectsV2", "GetObject"}
    assert (answer["expired"], answer["kept"]) == (1, 4)
    first = answer["backups"][0]
    assert (first["id"], first["expires"], first["reason"]) == (gone.text, True, "older than 30 d")
    assert world.table.client.scan(TableName=world.table.name)["Items"] == []


@pytest.mark.parametrize(
    ("scheduled", "difference", "said"),
    [
        (timedelta(minutes=16), timedelta(0), "16 min before"),
        (-timedelta(minutes=16), timedelta(0), "16 min after"),
        (timedelta(days=365), timedelta(0), "365 d before"),
        (timedelta(0), timedelta(minutes=6), "by S3's"),
        (timedelta(0), -timedelta(days=365), "by S3's"),
    ],
)
def test_nothing_is_deleted_unless_the_clocks_agree(
    world: World, scheduled: timedelta, difference: timedelta, said: str
) -> None:
    world.days_ago(1, 2, 3, 31, 60)
    world.put(BackupId("main", "daily", world.now - timedelta(days=5)).key(DUMP))
    bucket = world.bucket
    world.later(days=10)
    now = world.now
    world.now += difference  # S3's

    cleaned = world.run(now + scheduled, bucket=bucket, clock=lambda: now)

    assert cleaned.ran is not None
    [result] = cleaned.ran.results
    assert (codes(result)[0], result.status) == ("clock-wrong", Status.DEGRADED)
    assert said in result.summary
    assert len(world.backups()) == 5
    assert len(world.keys()) == 5 * 6 + 1


def test_a_clock_that_is_a_year_ahead_deletes_nothing(world: World) -> None:
    world.days_ago(1, 2, 3, 31, 60)
    wrong = world.now + timedelta(days=365)

    cleaned = world.run(wrong, clock=lambda: wrong)

    assert cleaned.answer is not None
    assert len(cleaned.answer.refused) == 1
    assert len(world.backups()) == 5


def test_an_s3_that_tells_no_time_gets_nothing_deleted(world: World) -> None:
    world.days_ago(1, 2, 3, 31, 60)
    bucket = world.bucket
    bucket.client.meta.events.register_last("after-call.s3.ListObjectsV2", _without_time)

    assert codes(world.result(bucket=bucket)) == ["clock-wrong"]
    assert len(world.backups()) == 5


def _without_time(parsed: Any, **_: object) -> None:
    del parsed["ResponseMetadata"]["HTTPHeaders"]["date"]


def test_a_bucket_that_cannot_be_read_is_unknown_and_nothing_goes(world: World) -> None:
    world.days_ago(1, 60)
    bucket = world.bucket
    Faults(1, error=unreachable).watch(bucket.client)

    result = world.result(bucket=bucket)

    assert result.status is Status.UNKNOWN
    assert "no connection to S3" in result.summary
    assert len(world.backups()) == 2
    assert world.told() == []


def test_a_manifest_that_s3_refuses_to_delete_keeps_its_whole_backup(world: World) -> None:
    world.days_ago(1, 2, 3, 31)
    locked, gone = world.days_ago(60, 61)
    before = of(locked, world.keys())
    bucket = world.bucket
    _refuse(bucket, locked.key(MANIFEST))

    result = world.result(bucket=bucket)

    assert of(locked, world.keys()) == before
    assert of(gone, world.keys()) == []
    [finding] = result.findings
    assert (finding.code, finding.measured) == ("delete-failed", "1 objects")
    assert locked.key(MANIFEST) in finding.message
    assert "a lock, a legal hold or a policy protects it, and is respected" in finding.message
    assert world.told() == [("opened", ["delete-failed"])]


def _refuse(bucket: Bucket, key: str) -> None:
    """Let S3 answer for one key as it does for what it may not delete."""

    asked: list[str] = []

    def without(params: Any, **_: object) -> None:
        asked[:] = [one["Key"] for one in params["Delete"]["Objects"]]
        params["Delete"]["Objects"] = [one for one in params["Delete"]["Objects"] if one["Key"] != key]

    def denied(parsed: Any, **_: object) -> None:
        if key in asked:
            parsed.setdefault("Errors", []).append({"Key": key, "Code": "AccessDenied", "Message": "Access Denied"})

    bucket.client.meta.events.register("provide-client-params.s3.DeleteObjects", without)
    bucket.client.meta.events.register("after-call.s3.DeleteObjects", denied)


def test_two_at_once_do_the_work_of_one(world: World) -> None:
    world.days_ago(1, 2, 3, 31, 60)
    leases.take(world.table, "cleanup/backups", "another", now=world.now, until=world.now + timedelta(minutes=5))

    cleaned = world.run()

    assert cleaned.ran is None
    assert "another holds it until" in cleaned.busy
    assert len(world.backups()) == 5


def test_a_lease_whose_holder_was_killed_runs_out(world: World) -> None:
    world.days_ago(1, 2, 3, 31, 60)
    leases.take(world.table, "cleanup/backups", "another", now=world.now, until=world.now + timedelta(minutes=5))
    world.later(minutes=6)

    assert world.result().measurements["expired"] == 1


def test_a_housekeeping_that_fails_is_said_and_keeps_nothing_from_being_done(world: World) -> None:
    world.days_ago(1, 2, 3, 31, 60)
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "arn:secret"}}, "PutRetentionPolicy")

    def fail() -> None:
        raise denied

    done: list[datetime] = []
    tasks = {"log groups": fail, "versions": lambda: done.append(world.now)}
    cleaned = world.run(housekeeping=tasks)

    assert cleaned.ran is not None
    assert cleaned.ran.unreadable == {"cleanup/log groups": "AWS refused it (AccessDeniedException)"}
    assert done == [world.now]
    assert len(world.backups()) == 4
