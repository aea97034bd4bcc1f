"""What a cleanup deletes, in which order, and what it says of it."""

from datetime import timedelta
from typing import Any

import pytest

from caretaker.archive.hold import hold, release
from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.core.config import Retention
from caretaker.core.results import Status, timestamp
from functions.cleanup.event import Asked
from functions.cleanup.run import Tools, planned
from tests.faults import Faults
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


@pytest.mark.slow
def test_thirty_days_of_failing_backups_take_no_good_one_along(world: World) -> None:
    world.retention = Retention(daily=7 * 86_400.0, keep_last=2)
    world.days_ago(0)
    for day in range(1, 31):
        world.later(days=1)
        world.days_ago(0, reached="checksums")
        if day % 5 == 0:
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
    ago = timedelta(days=60)
    [gone] = world.days_ago(60, dumped_at=world.now - 2 * ago)  # by the server's clock, which is wrong
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
    assert (first["id"], first["as_of"]) == (gone.text, timestamp(world.now - ago))
    assert (first["expires"], first["reason"]) == (True, "older than 30 d")
    assert world.table.client.scan(TableName=world.table.name)["Items"] == []
