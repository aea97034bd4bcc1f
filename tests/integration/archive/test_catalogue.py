"""The catalogue has every backup that has a manifest, and nothing else."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from caretaker.archive.catalogue import Catalogue, Damaged, backups
from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.archive.manifest import Manifest
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import Bucket, StorageFailed
from tests.backups import AT, manifest
from tests.faults import Faults

NONE = Catalogue((), ())
MAIN = manifest()


def store(bucket: Bucket, *manifests: Manifest) -> None:
    for each in manifests:
        bucket.put(each.id.key(MANIFEST), encode(each), if_absent=True, content_type="application/json")


def litter(bucket: Bucket, keys: Iterable[str]) -> None:
    for key in keys:
        bucket.put(key, b"?", if_absent=True, content_type="text/plain")


def test_an_empty_bucket_has_no_backups(bucket: Bucket) -> None:
    assert backups(bucket) == NONE


def test_the_newest_snapshot_comes_first_whatever_the_names(bucket: Bucket) -> None:
    emergency = manifest(AT + timedelta(hours=5), id=BackupId("main", "emergency", AT - timedelta(days=9)))
    older = manifest(AT - timedelta(days=1))
    store(bucket, MAIN, older, emergency)
    assert backups(bucket).backups == (emergency, MAIN, older)


def test_databases_are_told_apart_by_their_whole_names(bucket: Bucket) -> None:
    names = ("app", "app_staging", "app-2", "ap", "APP")
    store(bucket, *(manifest(database=name) for name in names))
    assert {each.id.database for each in backups(bucket).backups} == set(names)
    for name in names:
        assert [each.id.database for each in backups(bucket, name).backups] == [name]


def test_objects_without_a_manifest_are_no_backup(bucket: Bucket) -> None:
    litter(bucket, [MAIN.id.key(DUMP), MAIN.id.key("tables.json.zst")])
    assert backups(bucket) == NONE


def test_what_is_not_ours_is_passed_over(bucket: Bucket) -> None:
    store(bucket, MAIN)
    litter(
        bucket,
        [
            "manifest.json",
            "backups/manifest.json",
            "backups/main/2026/11/20/manifest.json",
            "backups/main/2026/11/20/20261120T020000Z-daily-0000/manifest.json",
            "other/" + MAIN.id.key(MANIFEST),
            MAIN.id.key("verified/manifest.json"),
            MAIN.id.key("manifest.json.old"),
            MAIN.id.key("held"),
        ],
    )
    assert backups(bucket) == Catalogue((MAIN,), ())


def test_a_damaged_manifest_is_named_and_hides_no_other(bucket: Bucket) -> None:
    cut, misplaced, huge = (manifest(AT - timedelta(days=day)).id.key(MANIFEST) for day in (1, 2, 3))
    store(bucket, MAIN)
    for key, body in ((cut, encode(MAIN)[:-9]), (misplaced, encode(MAIN)), (huge, b" " * 100_000)):
        bucket.put(key, body, if_absent=True, content_type="application/json")
    found = backups(bucket)
    assert found.backups == (MAIN,)
    another = "it is in the place of another backup: it says that it is 20261120T020000Z-daily-d9af of main"
    assert [(each.key, each.reason.removeprefix(each.key)) for each in found.damaged] == [
        (huge, " could not be read: it has more than 64000 bytes"),
        (misplaced, f" cannot be believed: {another}"),
        (cut, " cannot be believed: it is no JSON"),
    ]
    assert isinstance(found.damaged[0], Damaged)


def test_a_backup_that_is_deleted_meanwhile_is_passed_over(bucket: Bucket) -> None:
    store(bucket, MAIN, manifest(AT - timedelta(days=1)))

    def delete(**_: object) -> None:
        bucket.client.delete_object(Bucket=bucket.name, Key=MAIN.id.key(MANIFEST))

    bucket.client.meta.events.register("after-call.s3.ListObjectsV2", delete)
    assert backups(bucket).backups == (manifest(AT - timedelta(days=1)),)


@pytest.mark.parametrize("position", range(4))
def test_a_catalogue_that_could_not_be_read_whole_is_none(bucket: Bucket, position: int) -> None:
    store(bucket, *(manifest(AT - timedelta(days=day)) for day in range(3)))
    Faults(position, error=lambda: EndpointConnectionError(endpoint_url="https://s3.example")).watch(bucket.client)
    with pytest.raises(StorageFailed, match="there is no connection to S3"):
        backups(bucket)


def test_a_manifest_that_may_not_be_read_is_no_backup_less(bucket: Bucket) -> None:
    store(bucket, MAIN)
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "GetObject")
    Faults(1, error=lambda: denied).watch(bucket.client)
    with pytest.raises(StorageFailed, match="S3 does not permit it"):
        backups(bucket)


def test_many_manifests_are_read_and_their_dumps_are_not(bucket: Bucket) -> None:
    many = [manifest(AT - timedelta(hours=hour)) for hour in range(12)]
    store(bucket, *many)
    litter(bucket, [each.id.key(DUMP) for each in many])
    faults = Faults()
    faults.watch(bucket.client)
    assert backups(bucket).backups == tuple(many)
    assert faults.calls.count("GetObject") == 12
