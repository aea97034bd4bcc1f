"""Objects are stored once, and never over others."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from caretaker.archive.objects import AlreadyThere, Bucket, Encryption, Head, StorageFailed
from tests.faults import Faults
from tests.storage import KEY, answered, put, timed_out

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
    Faults(0, error=answered("AccessDenied", 403)).watch(bucket.client)  # the put never gets as far as this one
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
