"""Objects are stored once, never over others, and every failure is a sentence."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from caretaker.archive.objects import (
    AlreadyThere,
    Bucket,
    Encryption,
    Head,
    ObjectMissing,
    StorageFailed,
    TooLarge,
)
from tests.faults import Faults

KEY = "backups/main/x"
ADDRESS = "https://caretaker-backups.s3.eu-central-1.example"


def put(bucket: Bucket, body: bytes = b"ours", *, if_absent: bool = True) -> None:
    bucket.put(KEY, body, if_absent=if_absent, content_type="application/json")


def answered(code: str, status: int) -> Callable[[], BaseException]:
    """Return an error as botocore makes it of an answer of S3, which may say more than people should be told."""
    answer: Mapping[str, Any] = {
        "Error": {"Code": code, "Message": f"arn:aws:iam::123456789012:role/x at {ADDRESS}"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return lambda: ClientError(answer, "PutObject")  # type: ignore[arg-type] # no more of it is needed


def timed_out() -> BaseException:
    return ReadTimeoutError(endpoint_url=ADDRESS)


UNCERTAIN = [answered("InternalError", 500), answered("ServiceUnavailable", 503), answered("SlowDown", 503), timed_out]


def test_what_is_stored_is_read_again_with_its_checksum_and_type(bucket: Bucket) -> None:
    put(bucket)
    assert bucket.get(KEY, 4) == b"ours"
    head = bucket.head(KEY)
    assert isinstance(head, Head)
    assert (head.bytes, head.checksum) == (4, base64.b64encode(hashlib.sha256(b"ours").digest()).decode())
    assert bucket.client.head_object(Bucket=bucket.name, Key=KEY)["ContentType"] == "application/json"


@pytest.mark.parametrize(
    ("encryption", "expected"),
    [(Encryption(), ("AES256", None)), (Encryption("alias/backups"), ("aws:kms", "alias/backups"))],
)
def test_an_object_is_encrypted_as_configured(
    bucket: Bucket, encryption: Encryption, expected: tuple[str, str | None]
) -> None:
    put(replace(bucket, encryption=encryption))
    found = bucket.client.head_object(Bucket=bucket.name, Key=KEY)
    assert (found["ServerSideEncryption"], found.get("SSEKMSKeyId")) == expected


def test_s3_is_asked_to_verify_what_arrives_and_that_there_is_nothing(bucket: Bucket) -> None:
    sent: list[dict[str, Any]] = []
    bucket.client.meta.events.register("before-call.s3.PutObject", lambda params, **_: sent.append(params["headers"]))
    put(bucket)
    assert sent[0]["x-amz-checksum-sha256"] == base64.b64encode(hashlib.sha256(b"ours").digest()).decode()
    assert sent[0]["If-None-Match"] == "*"


def test_our_own_bytes_that_are_there_already_are_success(bucket: Bucket) -> None:
    put(bucket)
    put(bucket)
    assert bucket.get(KEY, 100) == b"ours"


@pytest.mark.parametrize("other", [b"theirs", b"", b"our", b"ours and more", b"OURS"])
def test_other_bytes_that_are_there_already_stay(bucket: Bucket, other: bytes) -> None:
    put(bucket, other)
    with pytest.raises(AlreadyThere, match="there is another object in its place"):
        put(bucket)
    assert bucket.get(KEY, 100) == other


def test_what_may_be_replaced_is_replaced(bucket: Bucket) -> None:
    put(bucket, b"old", if_absent=False)
    put(bucket, b"new", if_absent=False)
    assert bucket.get(KEY, 100) == b"new"


@pytest.mark.parametrize("error", UNCERTAIN)
def test_an_answer_that_was_lost_after_storing_is_success(bucket: Bucket, error: Callable[[], BaseException]) -> None:
    faults = Faults(0, after=True, error=error)
    faults.watch(bucket.client)
    put(bucket)
    assert faults.calls == ["PutObject", "GetObject"]
    assert bucket.get(KEY, 100) == b"ours"


@pytest.mark.parametrize("error", UNCERTAIN)
def test_an_error_before_storing_is_a_failure(bucket: Bucket, error: Callable[[], BaseException]) -> None:
    Faults(0, error=error).watch(bucket.client)
    with pytest.raises(StorageFailed, match="could not be stored"):
        put(bucket)
    assert bucket.head(KEY) is None


@pytest.mark.parametrize("error", UNCERTAIN)
def test_an_answer_that_was_lost_about_another_object_is_no_success(
    bucket: Bucket, error: Callable[[], BaseException]
) -> None:
    put(bucket, b"theirs")
    Faults(0, error=error).watch(bucket.client)
    with pytest.raises(AlreadyThere):
        put(bucket)


@pytest.mark.parametrize("code", ["ConditionalRequestConflict", "NoSuchKey"])
def test_a_put_that_met_others_in_the_same_moment_is_tried_again(bucket: Bucket, code: str) -> None:
    faults = Faults(0, error=answered(code, 409))
    faults.watch(bucket.client)
    put(bucket)
    assert faults.calls == ["PutObject", "GetObject", "PutObject"]
    assert bucket.get(KEY, 100) == b"ours"


def test_a_put_that_always_meets_others_gives_up(bucket: Bucket) -> None:
    conflict = answered("ConditionalRequestConflict", 409)

    def refuse(**_: object) -> None:
        raise conflict()

    bucket.client.meta.events.register("before-call.s3.PutObject", refuse)
    with pytest.raises(StorageFailed, match="others write it at the same time"):
        put(bucket)


def test_when_nothing_can_be_known_the_reason_is_that_of_the_put(bucket: Bucket) -> None:
    Faults(0, error=timed_out).watch(bucket.client)
    Faults(1, error=answered("AccessDenied", 403)).watch(bucket.client)
    with pytest.raises(StorageFailed, match="could not be stored: S3 did not answer in time"):
        put(bucket)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("position", range(3))
def test_a_put_that_fails_at_any_call_is_stored_or_said_to_have_failed(
    bucket: Bucket, position: int, after: bool
) -> None:
    faults = Faults(position, after=after, error=answered("InternalError", 500))
    faults.watch(bucket.client)
    try:
        put(bucket, b"first")
        put(bucket, b"first")
    except StorageFailed:
        pass
    else:
        assert bucket.get(KEY, 100) == b"first"
    found = bucket.head(KEY)
    assert found is None or found.bytes == 5


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
