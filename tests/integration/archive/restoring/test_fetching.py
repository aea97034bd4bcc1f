"""An object is read to its end however often the connection breaks, and never put together of two."""

import os
import time
from collections.abc import Iterator

import pytest

from caretaker.archive.objects import Bucket, ObjectMissing, StorageFailed
from caretaker.archive.restoring.fetching import CHUNK, stored_bytes
from tests.buckets import ONCE, made_bucket, s3_at
from tests.s3_troubles import FOREVER, TroubledS3, troubled_s3

BUCKET, KEY = "backups-to-fetch", "backups/main/x"
BODY = os.urandom(5 * CHUNK + 17)


@pytest.fixture
def s3(moto_endpoint: str) -> Iterator[TroubledS3]:
    with made_bucket(s3_at(moto_endpoint, ONCE), BUCKET) as bucket, troubled_s3(moto_endpoint) as s3:
        bucket.client.put_object(Bucket=BUCKET, Key=KEY, Body=BODY)
        yield s3


def fetched(s3: TroubledS3) -> Iterator[bytes]:
    return stored_bytes(Bucket(s3_at(s3.endpoint, ONCE), BUCKET), KEY)


def test_an_object_comes_whole_and_in_chunks(s3: TroubledS3) -> None:
    chunks = list(fetched(s3))

    assert b"".join(chunks) == BODY
    assert max(map(len, chunks)) <= CHUNK
    assert len(s3.calls) == 1


@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_is_missing_when_the_connection_breaks_is_asked_for_and_no_more(s3: TroubledS3, times: int) -> None:
    s3.troubles = {"other": ("short", times)}

    assert b"".join(fetched(s3)) == BODY
    assert len(s3.calls) == times + 1


def test_an_object_of_which_nothing_comes_any_more_is_given_up_with_the_place(s3: TroubledS3) -> None:
    s3.troubles = {"other": ("short", FOREVER)}

    with pytest.raises(StorageFailed, match=rf"{KEY} could not be read on from byte \d+") as failed:
        list(fetched(s3))

    assert "127.0.0.1" not in str(failed.value)


def test_an_object_that_was_replaced_meanwhile_is_not_read_on(s3: TroubledS3, moto_endpoint: str) -> None:
    s3.troubles = {"other": ("short", 1)}
    chunks = fetched(s3)
    next(chunks)
    s3_at(moto_endpoint).put_object(Bucket=BUCKET, Key=KEY, Body=BODY[::-1])

    with pytest.raises(StorageFailed, match=f"{KEY} was replaced while it was being read"):
        list(chunks)


def test_an_object_that_was_deleted_meanwhile_is_missing(s3: TroubledS3, moto_endpoint: str) -> None:
    s3.troubles = {"other": ("short", 1)}
    chunks = fetched(s3)
    next(chunks)
    s3_at(moto_endpoint).delete_object(Bucket=BUCKET, Key=KEY)

    with pytest.raises(ObjectMissing, match=KEY):
        list(chunks)


def test_access_that_is_refused_in_the_middle_ends_the_reading(s3: TroubledS3) -> None:
    s3.troubles = {"other": ("short", 1)}
    chunks = fetched(s3)
    next(chunks)
    s3.troubles = {"other": ("refused", FOREVER)}

    with pytest.raises(StorageFailed, match=f"{KEY} could not be read"):
        list(chunks)


def test_the_next_chunk_is_on_its_way_while_one_is_worked_on(s3: TroubledS3) -> None:
    s3.troubles = {"other": ("short", 1)}
    chunks = fetched(s3)

    come = b"".join(next(chunks) for _ in range(3))  # the third is a part of one: there the connection breaks
    until = time.monotonic() + 10
    while len(s3.calls) == 1:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert come + b"".join(chunks) == BODY
