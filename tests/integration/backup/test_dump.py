"""What is stored is what pg_dump wrote of the snapshot, and can be restored."""

import hashlib
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from caretaker.archive.objects import Bucket
from functions.backup.dump import Progress
from tests.integration.backup.conftest import left
from tests.integration.backup.dumping import KEY, Scene, pg_dumps, query, snapshot_of, source
from tests.postgres import PostgresServer

both = pytest.mark.parametrize("server", [16, 18], indirect=True)
either = pytest.mark.parametrize("server", [pytest.param(16, marks=pytest.mark.slow), 18], indirect=True)
DIGEST = "select count(*) || ' ' || sum(hashtextextended(orders::text, 0)::numeric) from orders"


@pytest.fixture
def scene(server: PostgresServer, postgres_layer: Path, bucket: Bucket) -> Iterator[Scene]:
    query(server, "drop table if exists orders, audit")
    query(server, "create table orders as select n, md5(n::text) note from generate_series(1, 50000) n")
    query(server, "create table audit as select n, md5(n::text) note from generate_series(1, 50000) n")
    with snapshot_of(server) as snapshot:
        yield Scene(bucket, source(server, postgres_layer, snapshot, excluded=("public.audit",)))


@both
def test_what_is_stored_is_restored_as_it_was_in_the_snapshot(scene: Scene, server: PostgresServer) -> None:
    before = query(server, DIGEST)
    query(server, "insert into orders values (0, 'after the snapshot')")
    query(server, "drop database if exists restored")
    query(server, "create database restored")

    scene.dump()

    restore = [str(scene.source.programs.path("pg_restore")), "--exit-on-error", "-d", "restored"]
    environment = scene.source.programs.environment(scene.source.connection)
    subprocess.run(restore, input=archive(scene.bucket), env=environment, check=True)
    assert query(server, DIGEST, database="restored") == before
    assert query(server, "select count(*) from audit", database="restored") == [0]  # its data was to be left out
    assert (left(scene.bucket), pg_dumps()) == (([KEY], []), [])


@either
def test_both_sides_are_measured(scene: Scene) -> None:
    stored = scene.dump()

    body, raw = scene.bucket.client.get_object(Bucket=scene.bucket.name, Key=KEY)["Body"].read(), archive(scene.bucket)
    assert (stored.name, stored.bytes, stored.raw_bytes) == ("database.dump.zst", len(body), len(raw))
    assert stored.sha256 == hashlib.sha256(body).hexdigest()
    assert stored.raw_sha256 == hashlib.sha256(raw).hexdigest()


@either
def test_progress_says_how_much_was_read_and_from_which_table(scene: Scene) -> None:
    seen: list[Progress] = []

    stored = scene.dump(seen.append)

    assert seen[-1].raw_bytes == stored.raw_bytes
    assert "public.orders" in {progress.table for progress in seen}
    assert not any(progress.table == "public.audit" for progress in seen)


@either
def test_nothing_is_written_to_a_disk(scene: Scene) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limit[1]))  # no file can grow, here and in what is started
    try:
        scene.dump()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    assert archive(scene.bucket).startswith(b"PGDMP")


@either
def test_no_argument_holds_a_secret_or_reads_as_an_option(server: PostgresServer, postgres_layer: Path) -> None:
    words = [str(word) for word in source(server, postgres_layer, "-s", excluded=("-t", "a b")).command()[1:]]

    assert all(word.startswith("--") for word in words)
    assert {"--snapshot=-s", "--exclude-table-data=-t", "--exclude-table-data=a b"} <= set(words)
    assert not any("s3cret" in word for word in words)


def archive(bucket: Bucket) -> bytes:
    """Return what is stored, uncompressed."""
    body = bucket.client.get_object(Bucket=bucket.name, Key=KEY)["Body"].read()
    return zstandard.ZstdDecompressor().decompressobj().decompress(body)
