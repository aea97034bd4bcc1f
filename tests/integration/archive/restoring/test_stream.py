"""What an object holds, uncompressed, comes to its end only if it is what the manifest says, proven before or not."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
import zstandard

from caretaker.archive.identity import DUMP, BackupId
from caretaker.archive.manifest import StoredObject
from caretaker.archive.objects import Bucket
from caretaker.archive.restoring.damage import Damaged
from caretaker.archive.restoring.stream import proven_bytes, raw_bytes
from functions.backup.compressing import Compressed
from tests.buckets import made_bucket, s3_at

BACKUP = BackupId("main", "daily", datetime(2026, 11, 21, 2, tzinfo=UTC))
RAW = os.urandom(3 << 20) + b"rows and rows " * 100_000
READERS = pytest.mark.parametrize("read", [raw_bytes, proven_bytes])
Read = Callable[[Bucket, BackupId, StoredObject], Iterator[bytes]]


def compressed(raw: bytes) -> bytes:
    """Return what backups store."""
    stream = Compressed()
    return stream.write(raw) + stream.finish()


def stored_as(raw: bytes, data: bytes) -> StoredObject:
    """Return what a manifest says of an object that is whole."""
    return StoredObject(DUMP, len(data), sha256(data).hexdigest(), len(raw), sha256(raw).hexdigest())


def flipped(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


DATA = compressed(RAW)
STORED = stored_as(RAW, DATA)


@pytest.fixture(scope="module")
def bucket(moto_endpoint: str) -> Iterator[Bucket]:
    with made_bucket(s3_at(moto_endpoint), "backups-to-read") as bucket:
        yield bucket


def put(bucket: Bucket, data: bytes) -> None:
    bucket.put(BACKUP.key(DUMP), data, if_absent=False, content_type="application/zstd")


@READERS
def test_what_was_stored_comes_whole(read: Read, bucket: Bucket) -> None:
    put(bucket, DATA)

    assert b"".join(read(bucket, BACKUP, STORED)) == RAW


@READERS
@pytest.mark.parametrize(
    "data",
    [
        DATA[:-1],
        DATA[: len(DATA) // 2],
        b"",
        DATA + b"\0",
        DATA + compressed(b"more"),
        *(flipped(DATA, place) for place in (0, 5, len(DATA) // 2, -1)),
        compressed(RAW[::-1]),
    ],
    ids=["cut", "half", "empty", "longer", "two", "magic", "head", "middle", "checksum", "other"],
)
def test_what_is_not_what_was_stored_is_damaged(read: Read, data: bytes, bucket: Bucket) -> None:
    put(bucket, data)

    with pytest.raises(Damaged, match=f"{DUMP} is not what was stored") as damaged:
        list(read(bucket, BACKUP, STORED))

    assert damaged.value.code == "checksum-mismatch"


@READERS
def test_what_zstd_finds_to_be_decompressed_wrongly_is_damaged_whatever_the_manifest_says(
    read: Read, bucket: Bucket
) -> None:
    put(bucket, data := flipped(DATA, -1))

    with pytest.raises(Damaged, match="no zstd can read it") as damaged:
        list(read(bucket, BACKUP, stored_as(RAW, data)))

    assert damaged.value.code == "unreadable"


@READERS
@pytest.mark.parametrize("more", [-1, 1])
def test_another_size_than_the_manifests_is_damage(read: Read, more: int, bucket: Bucket) -> None:
    put(bucket, DATA)

    with pytest.raises(Damaged, match=rf"holds .*{len(RAW) + more:,}.* of its manifest"):
        list(read(bucket, BACKUP, replace(STORED, raw_bytes=len(RAW) + more)))


def test_the_sha256_of_what_is_uncompressed_is_compared_until_that_is_proven(bucket: Bucket) -> None:
    """The bytes that a compressor has misread have a checksum of its own, and nothing but this digest finds them."""
    misread = flipped(RAW, 1000)
    put(bucket, data := zstandard.ZstdCompressor(write_checksum=True).compress(misread))
    stored = replace(stored_as(misread, data), raw_sha256=STORED.raw_sha256)

    with pytest.raises(Damaged, match="another SHA-256") as damaged:
        list(raw_bytes(bucket, BACKUP, stored))

    assert damaged.value.code == "checksum-mismatch"
    assert b"".join(proven_bytes(bucket, BACKUP, stored)) == misread
