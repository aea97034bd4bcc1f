"""A backup made once, put into a bucket of each test's own; servers to restore it to."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.config import Config

from caretaker.archive.objects import Bucket
from tests.buckets import ONCE, made_bucket, s3_at
from tests.databases import make, run
from tests.integration.restore.restoring import SHOP, Shelf, World, backed_up, taken
from tests.postgres import PostgresServer

BUCKET = "backups-to-restore"
_HURRIED = ONCE.merge(Config(connect_timeout=2, read_timeout=2))


@pytest.fixture
def bucket(moto_endpoint: str) -> Iterator[Bucket]:
    """An empty bucket."""
    with made_bucket(s3_at(moto_endpoint, _HURRIED), BUCKET) as made:
        yield made


@pytest.fixture(scope="module")
def shelf(moto_endpoint: str, postgres_18: PostgresServer, programs: Path) -> Shelf:
    """Two backups of a small shop on PostgreSQL 18, of one day and the next: what their objects hold."""
    database = make(postgres_18, *SHOP)
    url = postgres_18.url(database=database)
    with made_bucket(s3_at(moto_endpoint, _HURRIED), f"{BUCKET}-made") as made:
        older = backed_up(made, url, programs, timedelta(1))
        run(postgres_18, database, "comment on table orders is 'of the next day'")  # else both dumps could be the same
        newer = backed_up(made, url, programs, timedelta(0))
        return Shelf(taken(made), older, newer)


@pytest.fixture
def world(bucket: Bucket, shelf: Shelf, programs: Path, tmp_path: Path, postgres_18: PostgresServer) -> World:
    """A bucket with both backups, proven, and a server of PostgreSQL 18."""
    made = World(bucket, shelf, programs, tmp_path, postgres_18)
    made.fill()
    return made
