"""A versioned bucket, and a world around it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from caretaker.core.store.table import Table
from tests.integration.cleanup.cleaning_up import BUCKET, World, s3_client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


@pytest.fixture
def world(table: Table, moto_endpoint: str) -> Iterator[World]:
    """An empty bucket, as template.yaml makes it."""
    client = s3_client(moto_endpoint)
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    yield World(table, moto_endpoint)
    _empty(client)
    client.delete_bucket(Bucket=BUCKET)


def _empty(client: "S3Client") -> None:
    for page in client.get_paginator("list_object_versions").paginate(Bucket=BUCKET):
        named: list[ObjectIdentifierTypeDef] = [
            {"Key": one["Key"], "VersionId": one["VersionId"]}
            for one in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        ]
        if named:
            client.delete_objects(Bucket=BUCKET, Delete={"Objects": named, "Quiet": True})
    for upload in client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
        client.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])
