"""A database to dump, a bucket to dump into, and the programs that do it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from caretaker.archive.objects import Bucket
from functions.backup.multipart import SETTINGS
from tests.postgres import PostgresServer, postgres_server

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "backups-of-tests"


def s3_client(endpoint: str) -> "S3Client":
    """Return a client with a backup's own settings, but for waiting: a test has no time for that."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=SETTINGS,
    )


@pytest.fixture
def bucket(moto_endpoint: str) -> Iterator[Bucket]:
    client = s3_client(moto_endpoint)
    client.create_bucket(Bucket=BUCKET)
    yield Bucket(client, BUCKET)
    for listed in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=listed["Key"])
    for upload in client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
        client.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture(scope="module", params=[18], ids="PostgreSQL {}".format)
def server(request: pytest.FixtureRequest, postgres_layer: Path) -> Iterator[PostgresServer]:
    with postgres_server(request.param) as running:
        yield running
