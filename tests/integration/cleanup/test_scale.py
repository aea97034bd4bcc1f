"""A large bucket: how many calls a cleanup takes."""

from datetime import UTC, datetime, timedelta

import boto3
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from caretaker.archive.identity import BackupId
from caretaker.archive.objects import Bucket
from functions.cleanup.clearing import clear
from functions.cleanup.survey import survey
from tests.faults import Faults
from tests.integration.cleanup.cleaning_up import BUCKET

BEGAN = datetime(2026, 11, 21, tzinfo=UTC)


def _near(keys: list[str]) -> Bucket:
    """Return a bucket with these objects in moto, without HTTP between."""
    client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for key in keys:
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(BUCKET, key, b"")
    return Bucket(client, BUCKET)


def _calls(bucket: Bucket) -> list[str]:
    """Clean up three days from now, and return the calls that this took."""
    faults = Faults()
    faults.watch(bucket.client)
    clear(bucket, survey(bucket), [], lambda _: False, datetime.now(UTC) + timedelta(days=3))
    return faults.calls


def test_ten_thousand_objects_take_ten_lists_and_ten_calls_to_delete() -> None:
    backup = BackupId("main", "daily", BEGAN)
    with mock_aws():
        bucket = _near([backup.key(f"part-{number}") for number in range(10_000)])

        calls = _calls(bucket)

        assert calls.count("ListObjectsV2") == 10
        assert calls.count("DeleteObjects") == 10
        assert sorted(set(calls) - {"ListObjectsV2", "DeleteObjects"}) == ["ListMultipartUploads", "ListObjectVersions"]
        assert len(calls) == 22
        assert not list(bucket.keys(""))


def test_fifty_thousand_foreign_objects_are_listed_once_and_left_alone() -> None:
    with mock_aws():
        bucket = _near([f"backups/theirs/{number:05}/database.dump.zst" for number in range(50_000)])

        assert survey(bucket).foreign == 50_000
        assert sorted(_calls(bucket)) == ["ListMultipartUploads", *["ListObjectsV2"] * 50]
