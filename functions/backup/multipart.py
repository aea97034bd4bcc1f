"""A multipart upload, call by call: what S3 answers, and what is true when it does not."""

import base64
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.storage_faults import reason

# What the bucket's client needs here. Each part comes with its SHA-256: over TLS, signing its bytes as well would only
# hash them once more. A call that hangs is given up, and repeated, while there is still time to say so.
SETTINGS = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=5,
    read_timeout=20,
    max_pool_connections=10,
    s3={"payload_signing_enabled": False},
)
_FOR_GOOD = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})  # no repetition changes these
_TAKEN = HTTPStatus.PRECONDITION_FAILED
_Failure = (BotoCoreError, ClientError)


class UploadFailed(StorageFailed):
    """S3 did not store an object; the message says what failed and how."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that S3 has stored, and compared with its SHA-256."""

    number: int
    size: int
    sha256: bytes
    tag: str


@dataclass(frozen=True, slots=True)
class Multipart:
    """An upload that was begun. ``lonely``: it is known that no lost answer has begun another one for this key."""

    bucket: Bucket
    key: str
    id: str
    lonely: bool

    def store(self, number: int, content: bytes) -> Part:
        """Store a part: beside what the client repeats, what came damaged or was given up is sent once more."""
        try:
            return self._store(number, content)
        except _Failure as error:
            if _status(error) in _FOR_GOOD:
                raise UploadFailed(f"part {number} of {self.key} was not stored: {reason(error)}") from error
        try:
            return self._store(number, content)
        except _Failure as error:
            raise UploadFailed(f"part {number} of {self.key} was not stored: {reason(error)}") from error

    def complete(self, parts: Sequence[Part]) -> None:
        """Make the object of its parts, if nothing is there.

        An answer that says otherwise, or none, may be the answer to a repetition of what was done: then the object
        is asked for, and if it is ours, all is well.
        """
        try:
            self.bucket.client.complete_multipart_upload(
                Bucket=self.bucket.name,
                Key=self.key,
                UploadId=self.id,
                IfNoneMatch="*",
                MultipartUpload={
                    "Parts": [
                        {"PartNumber": part.number, "ETag": part.tag, "ChecksumSHA256": _text(part.sha256)}
                        for part in parts
                    ]
                },
            )
        except _Failure as error:
            if self._is_there(parts):
                return
            # From here on S3 cannot complete it any more; if it did so since it was asked, that is seen now.
            abort(self.bucket, self.key, self.id)
            if not self._is_there(parts):
                what = "another object is there already" if _status(error) == _TAKEN else reason(error)
                raise UploadFailed(f"the upload of {self.key} could not be completed: {what}") from error

    def _store(self, number: int, content: bytes) -> Part:
        sha256 = hashlib.sha256(content).digest()
        answer = self.bucket.client.upload_part(
            Bucket=self.bucket.name,
            Key=self.key,
            UploadId=self.id,
            PartNumber=number,
            Body=io.BytesIO(content),  # sent piece by piece: the time limit is for each, not for all of it
            ContentLength=len(content),
            ChecksumSHA256=_text(sha256),
        )
        return Part(number, len(content), sha256, answer["ETag"])

    def _is_there(self, parts: Sequence[Part]) -> bool:
        try:
            head = self.bucket.head(self.key)
        except StorageFailed:
            return False
        checksum = _text(hashlib.sha256(b"".join(part.sha256 for part in parts)).digest())
        return (
            head is not None
            and head.bytes == sum(part.size for part in parts)
            and head.checksum.partition("-")[0] == checksum
        )


def begin(bucket: Bucket, key: str) -> Multipart:
    """Begin an upload; raise ``UploadFailed``, after having ended what was begun all the same."""
    try:
        answer = bucket.client.create_multipart_upload(
            Bucket=bucket.name,
            Key=key,
            ChecksumAlgorithm="SHA256",
            ContentType="application/zstd",
            **bucket.encryption.arguments(),
        )
    except _Failure as error:
        abort_all(bucket, key)
        raise UploadFailed(f"the upload of {key} could not be begun: {reason(error)}") from error
    return Multipart(bucket, key, answer["UploadId"], lonely=not answer["ResponseMetadata"]["RetryAttempts"])


def abort_all(bucket: Bucket, key: str) -> bool:
    """End all uploads for a key, also those whose beginning was never answered; return whether that is certain."""
    try:
        answer = bucket.client.list_multipart_uploads(Bucket=bucket.name, Prefix=key)
    except _Failure:
        return False
    uploads = [upload["UploadId"] for upload in answer.get("Uploads", ()) if upload["Key"] == key]
    ended = [abort(bucket, key, upload) for upload in uploads]  # each is tried, whatever became of the others
    return all(ended)


def abort(bucket: Bucket, key: str, upload: str) -> bool:
    """End an upload, so that S3 deletes its parts; return whether that is certain."""
    try:
        bucket.client.abort_multipart_upload(Bucket=bucket.name, Key=key, UploadId=upload)
    except _Failure as error:
        return _status(error) == HTTPStatus.NOT_FOUND
    return True


def _text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _status(error: BotoCoreError | ClientError) -> int:
    return error.response["ResponseMetadata"]["HTTPStatusCode"] if isinstance(error, ClientError) else 0
