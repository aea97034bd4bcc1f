"""Buckets in moto's S3: clients for them, and one that is there as long as a test wants it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.config import Config

from caretaker.archive.objects import Bucket
from tests.clients import client_at

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

ONCE = Config(retries={"total_max_attempts": 1})  # so that a call is a request


def s3_at(endpoint: str, config: Config | None = None) -> "S3Client":
    """Return a client of moto's S3."""
    client: S3Client = client_at("s3", endpoint, config=config)
    return client


@contextmanager
def made_bucket(client: "S3Client", name: str) -> Iterator[Bucket]:
    """Make an empty bucket, and delete it afterwards with all that is in it."""
    client.create_bucket(Bucket=name)
    bucket = Bucket(client, name)
    try:
        yield bucket
    finally:
        empty(bucket)
        client.delete_bucket(Bucket=name)


def empty(bucket: Bucket) -> None:
    """Delete every version of every object of a bucket, and end its uploads."""
    client: S3Client = bucket.client
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket.name):
        named: list[ObjectIdentifierTypeDef] = [
            {"Key": one["Key"], "VersionId": one["VersionId"]}
            for one in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        ]
        if named:
            client.delete_objects(Bucket=bucket.name, Delete={"Objects": named, "Quiet": True})
    for upload in client.list_multipart_uploads(Bucket=bucket.name).get("Uploads", []):
        client.abort_multipart_upload(Bucket=bucket.name, Key=upload["Key"], UploadId=upload["UploadId"])
