"""Whatever has become of a stored backup, a drill says it, and never that the backup can be relied on.

What is found while the backup is read needs no server: most drills here have no room for one, and take a tenth of the
time. That a server which comes meanwhile hides no damage, ``test_meanwhile.py`` shows.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard

from caretaker.archive.identity import DUMP, GLOBALS, TABLES
from caretaker.archive.manifest import Manifest, StoredObject
from caretaker.archive.objects import Bucket
from caretaker.archive.proof import Proof
from functions.verify.drill import drill
from functions.verify.restoring import restore
from tests.backed_up import back_up
from tests.databases import make
from tests.integration.verify.conftest import means
from tests.postgres import PostgresServer

OBJECTS = (DUMP, GLOBALS, TABLES)


@pytest.fixture(scope="module")
def manifest(drilled_bucket: Bucket, postgres_18: PostgresServer, programs: Path) -> Manifest:
    database = make(postgres_18, "create table orders as select n, md5(n::text) from generate_series(1, 2000) n")
    return back_up(drilled_bucket, postgres_18, database, programs)


@pytest.fixture(scope="module")
def other(drilled_bucket: Bucket, postgres_18: PostgresServer, programs: Path) -> Manifest:
    database = make(postgres_18, "create table others as select n from generate_series(1, 10) n")
    return back_up(drilled_bucket, postgres_18, database, programs, name="other")


@pytest.fixture(autouse=True)
def as_it_was(drilled_bucket: Bucket, manifest: Manifest) -> Iterator[None]:
    kept = {name: body(drilled_bucket, manifest, name) for name in OBJECTS}
    yield
    for name, data in kept.items():
        put(drilled_bucket, manifest, name, data)


def body(bucket: Bucket, manifest: Manifest, name: str) -> bytes:
    return bucket.get(manifest.id.key(name), 10**8)


def put(bucket: Bucket, manifest: Manifest, name: str, data: bytes) -> None:
    bucket.put(manifest.id.key(name), data, if_absent=False, content_type="application/zstd")


def drilled(manifest: Manifest, bucket: Bucket, programs: Path, folder: Path, free: int = 0) -> Proof:
    proof = drill(manifest, means(bucket, programs, folder, free=lambda: free)).proof
    assert list(folder.iterdir()) == []
    return proof


def told(proof: Proof) -> list[str]:
    assert proof.is_damaged
    assert not proof.is_good
    return [noted.code for noted in proof.noted]


@pytest.mark.parametrize("name", OBJECTS)
def test_a_missing_object_is_named(
    name: str, manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    drilled_bucket.client.delete_object(Bucket=drilled_bucket.name, Key=manifest.id.key(name))

    proof = drilled(manifest, drilled_bucket, programs, drills)

    assert told(proof) == ["missing-object"]
    assert name in proof.noted[0].message
    assert proof.reached is None


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("harm", ["cut off", "one byte more", "one byte flipped", "empty", "another backup's"])
def test_an_object_that_is_not_what_was_stored_is_named(
    harm: str, name: str, manifest: Manifest, other: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    data = body(drilled_bucket, manifest, name)
    middle = len(data) // 2
    harmed = {
        "cut off": data[:middle],
        "one byte more": data + b"\0",
        "one byte flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "empty": b"",
        "another backup's": body(drilled_bucket, other, name),
    }[harm]
    if harmed == data:
        pytest.skip("both backups have the same roles")
    put(drilled_bucket, manifest, name, harmed)
    free = 10**12 if (harm, name) == ("one byte flipped", DUMP) else 0  # one of them as it usually is

    proof = drilled(manifest, drilled_bucket, programs, drills, free)

    assert told(proof) == ["checksum-mismatch"]
    assert name in proof.noted[0].message
    assert not proof.has("checksums")
    assert proof.dump_sha256 == ""


def test_an_object_that_is_changed_between_reading_and_restoring_is_noticed(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = body(drilled_bucket, manifest, DUMP)

    def changed(*arguments: Any) -> Any:
        put(drilled_bucket, manifest, DUMP, data + b"\0")
        return restore(*arguments)

    monkeypatch.setattr("functions.verify.bringing.restore", changed)
    piped = means(drilled_bucket, programs, drills, free=lambda: 1_000_200_000)

    proof = drill(manifest, piped).proof

    assert told(proof) == ["checksum-mismatch"]
    assert proof.reached == "decoded"


def said_to_be(stored: StoredObject, manifest: Manifest) -> Manifest:
    return replace(manifest, objects=tuple(stored if one.name == stored.name else one for one in manifest.objects))


def test_a_manifest_that_was_edited_is_noticed(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    dump = manifest.stored(DUMP)
    assert dump
    for edited in (replace(dump, raw_bytes=dump.raw_bytes - 1), replace(dump, raw_sha256="ab" * 32)):
        assert told(drilled(said_to_be(edited, manifest), drilled_bucket, programs, drills)) == ["checksum-mismatch"]


@pytest.mark.parametrize("archive", [b"no archive", b"PGDMP and no more"])
def test_what_was_stored_as_it_is_and_is_no_archive_cannot_be_decoded(
    archive: bytes, manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    proof = drilled(stored_instead(archive, manifest, drilled_bucket), drilled_bucket, programs, drills)

    assert told(proof) == ["unreadable"]
    assert proof.reached == "present"


def test_rows_that_a_dump_has_lost_without_a_trace_are_missed(
    manifest: Manifest, other: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    """The archive is whole, its checksums are right, and it is of another database."""
    archive = zstandard.ZstdDecompressor().decompressobj().decompress(body(drilled_bucket, other, DUMP))

    proof = drilled(stored_instead(archive, manifest, drilled_bucket), drilled_bucket, programs, drills, free=10**12)

    assert told(proof) == ["rows-differ"]
    assert "public.orders is missing" in proof.noted[0].message
    assert (proof.reached, proof.compared, proof.tables) == ("restored", 0, 1)


def stored_instead(archive: bytes, manifest: Manifest, bucket: Bucket) -> Manifest:
    """Store another archive, and return a manifest that says so."""
    from hashlib import sha256

    data = zstandard.ZstdCompressor().compress(archive)
    put(bucket, manifest, DUMP, data)
    raw = sha256(archive).hexdigest()
    return said_to_be(StoredObject(DUMP, len(data), sha256(data).hexdigest(), len(archive), raw), manifest)
