"""Databases to dump, a bucket to dump into, and a look at what is left there."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.config import Config

from caretaker.archive.deadline import Deadline
from caretaker.archive.objects import Bucket
from caretaker.core.store.table import Table
from functions.backup.multipart import SETTINGS
from tests.buckets import made_bucket, s3_at
from tests.databases import make
from tests.integration.backup.backing_up import World
from tests.postgres import PostgresServer, postgres_server
from tests.s3_troubles import TroubledS3, troubled_s3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "backups-of-tests"
_HURRIED = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=3, read_timeout=3)


def s3_client(endpoint: str) -> "S3Client":
    """Return a client with a backup's own settings, but less patient."""
    return s3_at(endpoint, SETTINGS.merge(_HURRIED))


@pytest.fixture
def bucket(moto_endpoint: str) -> Iterator[Bucket]:
    """An empty bucket of moto's."""
    with made_bucket(s3_client(moto_endpoint), BUCKET) as made:
        yield made


@pytest.fixture
def troubled(moto_endpoint: str) -> Iterator[TroubledS3]:
    """An S3 of the same contents that can be given troubles."""
    with troubled_s3(moto_endpoint) as s3:
        yield s3


@pytest.fixture(scope="module", params=[18], ids="PostgreSQL {}".format)
def server(request: pytest.FixtureRequest, postgres_layer: Path) -> Iterator[PostgresServer]:
    with postgres_server(request.param) as running:
        yield running


def in_time(seconds: float = 60.0) -> Deadline:
    """Return a deadline so many seconds from now."""
    return Deadline(time.monotonic() + seconds, time.monotonic)


def left(bucket: Bucket) -> tuple[list[str], list[str]]:
    """Return the keys of a bucket's objects, and those of uploads that are open."""
    objects = bucket.client.list_objects_v2(Bucket=bucket.name).get("Contents", [])
    uploads = bucket.client.list_multipart_uploads(Bucket=bucket.name).get("Uploads", [])
    return [listed["Key"] for listed in objects], [upload["Key"] for upload in uploads]


@pytest.fixture
def world(table: Table, bucket: Bucket, programs: Path, postgres_18: PostgresServer) -> World:
    """A small database that can be backed up."""
    name = make(postgres_18, "create table orders as select n, md5(n::text) note from generate_series(1, 500) n")
    return World(table, bucket, programs, postgres_18.url(database=name))
