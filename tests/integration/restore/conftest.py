"""Backups made once, in a bucket that holds the same for each test; servers to restore them to."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from tests.buckets import ONCE, made_bucket, s3_at
from tests.databases import make, run
from tests.integration.restore.restoring import SHOP, Shelf, World, backed_up, prove, taken
from tests.postgres import PostgresServer

BUCKET = "backups-to-restore"


@pytest.fixture(scope="module")
def shelf(moto_endpoint: str, postgres_18: PostgresServer, programs: Path) -> Iterator[Shelf]:
    """Two backups of a small shop on PostgreSQL 18, of one day and the next, proven: in a bucket, and what it holds."""
    with made_bucket(s3_at(moto_endpoint), BUCKET) as made:
        shelf = Shelf(made, *_shop(moto_endpoint, postgres_18, programs))
        shelf.put_right()
        yield shelf


@cache
def _shop(endpoint: str, server: PostgresServer, programs: Path) -> tuple[dict[str, bytes], Manifest, Manifest]:
    """Make the backups, once in each process."""
    database = make(server, *SHOP)
    url = server.url(database=database)
    with made_bucket(s3_at(endpoint), f"{BUCKET}-made") as made:
        older = backed_up(made, url, programs, timedelta(1))
        run(server, database, "comment on table orders is 'of the next day'")  # else both dumps could be the same
        newer = backed_up(made, url, programs, timedelta(0))
        for manifest in (older, newer):
            prove(made, manifest.id, "equal")
        return taken(made), older, newer


@pytest.fixture
def bucket(shelf: Shelf) -> Iterator[Bucket]:
    """The bucket with both backups, through a client of the test's own; afterwards it holds that again."""
    client = shelf.bucket.client
    yield Bucket(s3_at(client.meta.endpoint_url, ONCE), shelf.bucket.name)
    shelf.put_right()


@pytest.fixture
def world(bucket: Bucket, shelf: Shelf, programs: Path, tmp_path: Path, postgres_18: PostgresServer) -> World:
    """A bucket with both backups, proven, and a server of PostgreSQL 18."""
    return World(bucket, shelf, programs, tmp_path, postgres_18)
