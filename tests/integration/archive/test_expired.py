"""Backups that were deleted come back, whole or not at all."""

from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

import pytest
from botocore.exceptions import BotoCoreError

from caretaker.archive.entries import entries
from caretaker.archive.expired import Purged, expired, undelete
from caretaker.archive.identity import DUMP, GLOBALS, MANIFEST, TABLES
from caretaker.archive.manifest import Manifest
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import Bucket, StorageFailed
from tests.backups import AT, manifest
from tests.faults import Faults, Killed, lost_or_killed

NOW = AT + timedelta(days=40)
MAIN = manifest()


@pytest.fixture
def versioned(bucket: Bucket) -> Bucket:
    bucket.client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def store(bucket: Bucket, made: Manifest = MAIN) -> None:
    for name in (DUMP, GLOBALS, TABLES):
        bucket.put(made.id.key(name), name.encode(), if_absent=False, content_type="text/plain")
    bucket.put(made.id.key(MANIFEST), encode(made), if_absent=False, content_type="application/json")


def delete(bucket: Bucket, made: Manifest = MAIN) -> None:
    for name in (MANIFEST, DUMP, GLOBALS, TABLES):
        bucket.client.delete_object(Bucket=bucket.name, Key=made.id.key(name))


def here(bucket: Bucket) -> list[tuple[Manifest, bool]]:
    return [(entry.manifest, entry.held) for entry in entries(bucket).entries]


def test_what_is_there_has_not_expired_and_what_is_deleted_has(versioned: Bucket) -> None:
    other = manifest(database="other")
    store(versioned)
    store(versioned, other)
    assert expired(versioned) == ()

    delete(versioned)
    delete(versioned, other)

    assert [one.manifest for one in expired(versioned, "main")] == [MAIN]
    assert {one.manifest.id.database for one in expired(versioned)} == {"main", "other"}


def test_a_deleted_backup_comes_back_whole_and_is_held(versioned: Bucket) -> None:
    store(versioned)
    delete(versioned)
    delete(versioned)  # by two cleanups at once: each leaves a marker

    undelete(versioned, expired(versioned)[0], NOW)

    assert here(versioned) == [(MAIN, True)]
    assert versioned.get(MAIN.id.key(DUMP), 100) == DUMP.encode()
    assert expired(versioned) == ()


def test_what_is_purged_in_part_does_not_come_back(versioned: Bucket) -> None:
    store(versioned)
    delete(versioned)
    key = MAIN.id.key(DUMP)
    found = versioned.client.list_object_versions(Bucket=versioned.name, Prefix=key)
    for one in (*found["Versions"], *found["DeleteMarkers"]):
        versioned.client.delete_object(Bucket=versioned.name, Key=key, VersionId=one["VersionId"])

    with pytest.raises(Purged, match=f"{DUMP} of it is purged already"):
        undelete(versioned, expired(versioned)[0], NOW)
    assert here(versioned) == []


@lost_or_killed
def test_wherever_that_fails_the_backup_is_deleted_or_back_and_whole(
    versioned: Bucket, error: type[Killed], after: bool
) -> None:
    store(versioned)
    for position in count():
        delete(versioned)
        [one] = expired(versioned)
        faults = Faults(position, after, error)
        faults.watch(versioned.client)
        with suppress(Killed, StorageFailed, BotoCoreError):
            undelete(versioned, one, at(position))
        faults.position = None
        if here(versioned):
            assert here(versioned) == [(MAIN, True)]
            assert all(versioned.get(MAIN.id.key(name), 100) for name in (DUMP, GLOBALS, TABLES))
        else:
            undelete(versioned, one, at(position) + timedelta(minutes=1))
            assert here(versioned) == [(MAIN, True)]
        if position > 6:
            break


def at(position: int) -> datetime:
    return NOW + timedelta(hours=position)
