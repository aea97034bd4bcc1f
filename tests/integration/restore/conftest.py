"""A backup made once, put into a bucket of each test's own; servers to restore it to."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from caretaker.archive.objects import Bucket
from tests.databases import make, run
from tests.integration.restore.restoring import SHOP, Shelf, World, backed_up, taken
from tests.postgres import PostgresServer

BUCKET = "backups-to-restore"
_HURRIED = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=2)


def s3_client(endpoint: str) -> Any:  # a client whose class is made while it runs
    """Return a client that asks once, so that a call is a request."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=_HURRIED,
    )


@pytest.fixture
def bucket(moto_endpoint: str) -> Iterator[Bucket]:
    """An empty bucket."""
    client = s3_client(moto_endpoint)
    client.create_bucket(Bucket=BUCKET)
    yield Bucket(client, BUCKET)
    for listed in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=listed["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture(scope="module")
def shelf(moto_endpoint: str, postgres_18: PostgresServer, programs: Path) -> Shelf:
    """Two backups of a small shop on PostgreSQL 18, of one day and the next: what their objects hold."""
    client = s3_client(moto_endpoint)
    client.create_bucket(Bucket=f"{BUCKET}-made")
    made = Bucket(client, f"{BUCKET}-made")
    database = make(postgres_18, *SHOP)
    url = postgres_18.url(database=database)
    older = backed_up(made, url, programs, timedelta(1))
    run(postgres_18, database, "comment on table orders is 'of the next day'")  # dumps of one second would be the same
    manifests = (older, backed_up(made, url, programs, timedelta(0)))
    objects = taken(made)
    for key in objects:
        client.delete_object(Bucket=made.name, Key=key)
    client.delete_bucket(Bucket=made.name)
    return Shelf(objects, *manifests)


@pytest.fixture
def world(bucket: Bucket, shelf: Shelf, programs: Path, tmp_path: Path, postgres_18: PostgresServer) -> World:
    """A bucket with both backups, proven, and a server of PostgreSQL 18."""
    made = World(bucket, shelf, programs, tmp_path, postgres_18)
    made.fill()
    return made
