"""What is read is whole and as it was stored, and every failure is a sentence."""

import base64
import hashlib
from collections.abc import Callable

import pytest
from botocore.exceptions import BotoCoreError, ConnectTimeoutError, EndpointConnectionError, NoCredentialsError

from caretaker.archive.objects import Bucket, ObjectMissing, StorageFailed, TooLarge
from tests.faults import Faults
from tests.storage import ADDRESS, KEY, answered, put, timed_out


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (answered("AccessDenied", 403), "S3 does not permit it. Look at the role's"),
        (answered("NoSuchBucket", 404), "the bucket does not exist"),
        (answered("KMS.DisabledException", 400), r"the KMS key cannot be used \(KMS.DisabledException\)"),
        (answered("ExpiredToken", 400), r"the AWS credentials are not valid \(ExpiredToken\). Renew them"),
        (answered("BadDigest", 400), "it arrived damaged"),
        (answered("InternalError", 500), r"S3 has trouble \(InternalError, 500\)"),
        (answered("SlowDown", 503), r"S3 has trouble \(SlowDown, 503\)"),
        (answered("EntityTooLarge", 400), r"S3 refused it \(EntityTooLarge, 400\)"),
        (timed_out, "S3 did not answer in time"),
        (lambda: ConnectTimeoutError(endpoint_url=ADDRESS), "there is no connection to S3"),
        (lambda: EndpointConnectionError(endpoint_url=ADDRESS), "there is no connection to S3"),
        (NoCredentialsError, "there are no AWS credentials"),
        (BotoCoreError, r"could not be made \(BotoCoreError\)"),
    ],
)
def test_every_error_is_a_sentence_without_an_address(
    bucket: Bucket, error: Callable[[], BaseException], sentence: str
) -> None:
    calls: list[Callable[[], object]] = [
        lambda: put(bucket, if_absent=False),
        lambda: put(bucket),
        lambda: bucket.get(KEY, 10),
        lambda: bucket.head(KEY),
        lambda: list(bucket.keys("backups/")),
    ]
    for call in calls:
        faults = Faults(0, error=error)
        faults.watch(bucket.client)
        with pytest.raises(StorageFailed, match=sentence) as failed:
            call()
        assert "example" not in str(failed.value)
        assert "123456789012" not in str(failed.value)


def test_an_object_that_is_not_there_is_said_so(bucket: Bucket) -> None:
    assert bucket.head(KEY) is None
    with pytest.raises(ObjectMissing, match=f"{KEY} could not be read: there is no such object"):
        bucket.get(KEY, 10)


def test_a_larger_object_than_expected_is_not_read(bucket: Bucket) -> None:
    put(bucket, b"x" * 1_000_000)
    with pytest.raises(TooLarge, match="more than 999999 bytes"):
        bucket.get(KEY, 999_999)
    assert len(bucket.get(KEY, 1_000_000)) == 1_000_000


def test_what_comes_damaged_is_not_taken(bucket: Bucket) -> None:
    other = base64.b64encode(hashlib.sha256(b"ours").digest()).decode()
    bucket.client.put_object(
        Bucket=bucket.name, Key=KEY, Body=b"0urs", ChecksumAlgorithm="SHA256", ChecksumSHA256=other
    )
    with pytest.raises(StorageFailed, match="what arrived is not what S3 has"):
        bucket.get(KEY, 100)


def test_all_pages_are_listed_in_the_order_of_their_keys_whatever_their_names(bucket: Bucket) -> None:
    names = sorted([*(f"backups/main/{number}" for number in range(6)), "backups/main/ä+ %&<>"])
    for name in names:
        bucket.client.put_object(Bucket=bucket.name, Key=name, Body=b"12")
    bucket.client.meta.events.register(
        "provide-client-params.s3.ListObjectsV2", lambda params, **_: params | {"MaxKeys": 2}
    )
    faults = Faults()
    faults.watch(bucket.client)
    listed = list(bucket.keys("backups/main/"))
    assert [found.key for found in listed] == names
    assert {found.bytes for found in listed} == {2}
    assert faults.calls == ["ListObjectsV2"] * 4
