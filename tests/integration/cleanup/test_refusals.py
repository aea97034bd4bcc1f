"""When a cleanup deletes nothing, or not all: clocks that differ, an S3 that refuses, another cleanup."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.archive.objects import Bucket
from caretaker.core.results import Status
from caretaker.core.store import leases
from tests.faults import Faults, unreachable
from tests.integration.cleanup.cleaning_up import World, codes, of


@pytest.mark.parametrize(
    ("scheduled", "difference", "said"),
    [
        (timedelta(minutes=16), timedelta(0), "16 min before"),
        (timedelta(0), timedelta(minutes=6), "by S3's"),
        *(
            pytest.param(*more, marks=pytest.mark.slow)
            for more in (
                (-timedelta(minutes=16), timedelta(0), "16 min after"),
                (timedelta(days=365), timedelta(0), "365 d before"),
                (timedelta(0), -timedelta(days=365), "by S3's"),
            )
        ),
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
