"""An upload is there whole or not at all, whatever S3 does."""

import random
from typing import get_args

import pytest

from caretaker.archive.deadline import OutOfTime
from caretaker.archive.objects import Bucket
from functions.backup.multipart import UploadFailed
from functions.backup.part_sizes import SMALLEST
from functions.backup.upload import Upload
from tests.integration.backup.conftest import in_time, left, s3_client
from tests.s3_troubles import FOREVER, Call, Trouble, TroubledS3

KEY = "backups/main/database.dump.zst"
PART = 100_000
CONTENT = random.Random(7).randbytes(2 * PART + 1234)
pytestmark = pytest.mark.usefixtures("small_parts")


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of 100 KB, here and in what S3 takes: what becomes of three parts is not a matter of their size."""
    monkeypatch.setattr("functions.backup.upload.SMALLEST", PART)
    monkeypatch.setattr("functions.backup.upload.part_size", lambda _: PART)
    monkeypatch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", PART)


def test_what_was_written_is_there_in_the_order_it_was_written(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # parts as large as they are
    content = random.Random(7).randbytes(2 * SMALLEST + 1234)
    send(bucket, content)

    assert bucket.client.get_object(Bucket=bucket.name, Key=KEY)["Body"].read() == content
    assert left(bucket) == ([KEY], [])


def test_an_upload_of_less_than_a_part_is_one_part(bucket: Bucket) -> None:
    send(bucket, b"short")

    assert bucket.client.get_object(Bucket=bucket.name, Key=KEY)["Body"].read() == b"short"


def test_what_is_there_is_never_written_over(bucket: Bucket) -> None:
    bucket.client.put_object(Bucket=bucket.name, Key=KEY, Body=b"another's")

    with pytest.raises(UploadFailed, match="another object is there already"):
        send(bucket)

    assert bucket.client.get_object(Bucket=bucket.name, Key=KEY)["Body"].read() == b"another's"
    assert left(bucket) == ([KEY], [])


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt()], ids=repr)
def test_a_block_that_is_left_before_the_end_leaves_nothing(bucket: Bucket, error: BaseException) -> None:
    def broken() -> None:
        with Upload(bucket, KEY, in_time()) as upload:
            upload.write(CONTENT)
            raise error

    with pytest.raises(type(error)):
        broken()

    assert left(bucket) == ([], [])


@pytest.mark.parametrize("times", [1, pytest.param(FOREVER, marks=pytest.mark.slow)], ids=["once", "always"])
@pytest.mark.parametrize("trouble", get_args(Trouble))
@pytest.mark.parametrize("call", ["create", "part", "complete"])
def test_after_trouble_the_object_is_whole_or_nothing_is_left(
    bucket: Bucket, troubled: TroubledS3, call: Call, trouble: Trouble, times: int
) -> None:
    troubled.troubles[call] = (trouble, times)

    said = None
    try:
        send(Bucket(s3_client(troubled.endpoint), bucket.name))
    except UploadFailed as error:
        said = str(error)

    if said is None:
        assert bucket.client.get_object(Bucket=bucket.name, Key=KEY)["Body"].read() == CONTENT
        assert left(bucket) == ([KEY], [])
        # What S3 has done is done, even if it never says so; of parts it has to say their tags, which are headers.
        unsaid = {"complete": ("lost", "cut-after", "short"), "part": ("short",)}
        assert times == 1 or trouble in unsaid.get(call, ())
    else:
        assert KEY in said
        assert "127.0.0.1" not in said
        assert left(bucket) == ([], [])
        assert times == FOREVER or trouble in ("refused", "damaged")


def test_a_damaged_part_is_sent_once_more(bucket: Bucket, troubled: TroubledS3) -> None:
    troubled.troubles["part"] = ("damaged", 1)

    send(Bucket(s3_client(troubled.endpoint), bucket.name))

    assert troubled.calls.count("part") == 4
    assert left(bucket) == ([KEY], [])


def test_a_part_that_is_refused_for_good_is_not_sent_again(bucket: Bucket, troubled: TroubledS3) -> None:
    troubled.troubles["part"] = ("refused", FOREVER)

    with pytest.raises(UploadFailed, match=r"part \d of .* was not stored: S3 does not permit it"):
        send(Bucket(s3_client(troubled.endpoint), bucket.name))

    assert troubled.calls.count("part") <= 3


def test_an_upload_that_cannot_be_ended_is_said(bucket: Bucket, troubled: TroubledS3) -> None:
    troubled.troubles |= {"part": ("refused", FOREVER), "abort": ("refused", FOREVER)}

    with pytest.raises(UploadFailed) as failure:
        send(Bucket(s3_client(troubled.endpoint), bucket.name))

    assert "the upload could not be ended" in failure.value.__notes__[0]


def test_no_more_than_a_few_parts_are_held_when_s3_stalls_and_the_deadline_ends_it(
    bucket: Bucket, troubled: TroubledS3
) -> None:
    troubled.troubles["part"] = ("slow", FOREVER)
    taken: list[int] = []

    def endless() -> None:
        with Upload(Bucket(s3_client(troubled.endpoint), bucket.name), KEY, in_time(0.5)) as upload:
            while True:
                upload.write(bytes(PART // 8))
                taken.append(PART // 8)

    with pytest.raises(OutOfTime):
        endless()

    assert sum(taken) < 5 * PART
    assert left(bucket) == ([], [])


def send(bucket: Bucket, content: bytes = CONTENT) -> None:
    with Upload(bucket, KEY, in_time()) as upload:
        step = len(content) // 17 + 1
        for start in range(0, len(content), step):
            upload.write(content[start : start + step])
        upload.complete()
