"""A bucket in moto, over HTTP on loopback."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from caretaker.archive.objects import Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def s3(moto_endpoint: str) -> "S3Client":
    """A client of moto's S3 that asks once, so that a call is a request."""
    return boto3.client(
        "s3",
        endpoint_url=moto_endpoint,
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


@pytest.fixture
def bucket(s3: "S3Client") -> Iterator[Bucket]:
    """An empty bucket."""
    name = "caretaker-backups"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield Bucket(s3, name)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
        if "Contents" in page:
            s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": found["Key"]} for found in page["Contents"]]})
    s3.delete_bucket(Bucket=name)
