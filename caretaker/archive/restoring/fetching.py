"""The bytes of an object as they are stored, from S3, however often the connection breaks on the way."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ResponseStreamingError,
)

from caretaker.archive.objects import Bucket, ObjectMissing, StorageFailed
from caretaker.archive.storage_faults import code_of, is_missing, reason

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, GetObjectRequestTypeDef

CHUNK = 1 << 20  # bytes
_IN_VAIN = 4  # times that a connection may break without a byte having come
_BROKEN = (IncompleteReadError, ResponseStreamingError, HTTPClientError)


def stored_bytes(bucket: Bucket, key: str) -> Iterator[bytes]:
    """Yield an object's bytes, each chunk while the next comes; raise ``ObjectMissing`` or ``StorageFailed``."""
    with closing(_stored_bytes(bucket, key)) as chunks, ThreadPoolExecutor(1, "fetching") as thread:
        coming = thread.submit(next, chunks, b"")
        while chunk := coming.result():
            coming = thread.submit(next, chunks, b"")
            yield chunk


def _stored_bytes(bucket: Bucket, key: str) -> Generator[bytes]:
    """Yield the same, each when it is asked for.

    When the connection breaks, the rest of the same object is asked for: never that of another put in its place.
    """
    place, version, in_vain = 0, "", 0
    while True:
        answer = _asked(bucket, key, place, version)
        version, whole = answer["ETag"], place + answer["ContentLength"]
        came = place
        try:
            with closing(answer["Body"]) as body:
                while chunk := body.read(CHUNK):
                    place += len(chunk)
                    yield chunk
        except _BROKEN as error:
            in_vain = in_vain + 1 if place == came else 0
            if in_vain == _IN_VAIN:
                raise StorageFailed(f"{key} could not be read on from byte {place}: {reason(error)}") from error
        except (ClientError, BotoCoreError) as error:
            raise StorageFailed(f"{key} could not be read on from byte {place}: {reason(error)}") from error
        if place >= whole:
            return


def _asked(bucket: Bucket, key: str, place: int, version: str) -> "GetObjectOutputTypeDef":
    wanted: GetObjectRequestTypeDef = {"Bucket": bucket.name, "Key": key}
    if version:
        wanted |= {"Range": f"bytes={place}-", "IfMatch": version}
    try:
        return bucket.client.get_object(**wanted)
    except (ClientError, BotoCoreError) as error:
        if is_missing(error):
            raise ObjectMissing(f"{key} could not be read: {reason(error)}") from error
        if code_of(error) == "PreconditionFailed":
            raise StorageFailed(f"{key} was replaced while it was being read") from error
        raise StorageFailed(f"{key} could not be read: {reason(error)}") from error
