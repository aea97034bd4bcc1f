"""The bucket of the backups: small objects are put whole, and never over what is there."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.archive.storage_faults import is_conflict, is_missing, may_have_happened, reason

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TRIES = 3  # of a put that met others in the same moment


class StorageFailed(Exception):
    """S3 did not do what it was asked to; the message says what, and what to do, without addresses or secrets."""


class ObjectMissing(StorageFailed):
    """There is no object of this key."""


class TooLarge(StorageFailed):
    """An object is larger than what was to be read has to be."""


class AlreadyThere(StorageFailed):
    """There is another object under a key that was to be new."""


class EncryptionArguments(TypedDict, total=False):
    """What a put, or the creation of a multipart upload, is given for its encryption."""

    ServerSideEncryption: Literal["AES256", "aws:kms"]
    SSEKMSKeyId: str


class _Condition(TypedDict, total=False):
    IfNoneMatch: Literal["*"]


@dataclass(frozen=True, slots=True)
class Encryption:
    """How objects are encrypted: with this KMS key (an id, ARN or alias), or with S3's own keys if it is empty."""

    kms_key: str = ""

    def arguments(self) -> EncryptionArguments:
        """Return it as arguments of S3's client."""
        if not self.kms_key:
            return {"ServerSideEncryption": "AES256"}
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self.kms_key}


@dataclass(frozen=True, slots=True)
class Head:
    """What S3 says of an object without sending it. ``checksum`` is its SHA-256 in S3's form, empty if it has none."""

    bytes: int
    modified: datetime
    checksum: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """An object in a list of them."""

    key: str
    bytes: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list of objects. ``said_at`` is the time by S3's own clock, None if it did not say."""

    objects: tuple[Listed, ...]
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """The bucket, and the client that reaches it."""

    client: "S3Client"
    name: str
    encryption: Encryption = Encryption()

    def put(self, key: str, body: bytes, *, if_absent: bool, content_type: str) -> None:
        """Store an object; raise ``StorageFailed``, and ``AlreadyThere`` if other bytes are there already.

        With ``if_absent`` it is never stored over another. The answer to such a put may be lost, or be about an earlier
        attempt of our own: then what is there decides, and our own bytes are success.
        """
        for attempt in range(_TRIES):
            try:
                self._put(key, body, if_absent, content_type)
            except (ClientError, BotoCoreError) as error:
                if if_absent and may_have_happened(error) and self._is_there(key, body):
                    return
                if not (if_absent and is_conflict(error)) or attempt == _TRIES - 1:
                    raise StorageFailed(f"{key} could not be stored: {reason(error)}") from error
            else:
                return

    def _put(self, key: str, body: bytes, if_absent: bool, content_type: str) -> None:
        condition: _Condition = {"IfNoneMatch": "*"} if if_absent else {}
        self.client.put_object(
            Bucket=self.name,
            Key=key,
            Body=body,
            ContentType=content_type,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=b64encode(sha256(body).digest()).decode(),  # S3 refuses what arrives otherwise
            **self.encryption.arguments(),
            **condition,
        )

    def _is_there(self, key: str, body: bytes) -> bool:
        try:
            found = self._read(key, len(body))
        except StorageFailed:
            return False  # or not to be known: the put has failed, and its own reason is the better one
        if found != body:
            raise AlreadyThere(
                f"{key} could not be stored: there is another object in its place, which is left as it is"
            )
        return True

    def get(self, key: str, most: int) -> bytes:
        """Return an object's bytes, at most that many; raise ``ObjectMissing``, ``TooLarge`` or ``StorageFailed``."""
        found = self._read(key, most)
        if len(found) > most:
            raise TooLarge(f"{key} could not be read: it has more than {most} bytes")
        return found

    def _read(self, key: str, most: int) -> bytes:
        """Return an object's bytes, one more than ``most`` if it has more; if it has not, S3's checksum is compared."""
        try:
            with closing(self.client.get_object(Bucket=self.name, Key=key, ChecksumMode="ENABLED")["Body"]) as body:
                found = b""
                while len(found) <= most and (chunk := body.read(most + 1 - len(found))):
                    found += chunk
        except (ClientError, BotoCoreError) as error:
            raise _failed(f"{key} could not be read", error) from error
        return found

    def head(self, key: str) -> Head | None:
        """Return what S3 says of an object, None if there is none; raise ``StorageFailed``."""
        try:
            answer = self.client.head_object(Bucket=self.name, Key=key, ChecksumMode="ENABLED")
        except (ClientError, BotoCoreError) as error:
            if is_missing(error):
                return None
            raise _failed(f"{key} could not be looked at", error) from error
        checksum = answer.get("ChecksumSHA256", "")
        return Head(answer["ContentLength"], answer["LastModified"], checksum, answer["Metadata"])

    def keys(self, prefix: str) -> Iterator[Listed]:
        """Yield the objects whose keys begin so, in the order of their keys; raise ``StorageFailed``."""
        for page in self.pages(prefix):
            yield from page.objects

    def pages(self, prefix: str) -> Iterator[Page]:
        """Yield them a thousand at a time, and a page without any if there are none; raise ``StorageFailed``."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        try:
            for page in pages:
                found = page.get("Contents", [])
                listed = tuple(Listed(one["Key"], one["Size"], one["LastModified"]) for one in found)
                yield Page(listed, _date(page["ResponseMetadata"]["HTTPHeaders"].get("date", "")))
        except (ClientError, BotoCoreError) as error:
            raise _failed(f"{prefix} could not be listed", error) from error


def _date(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None


def _failed(what: str, error: ClientError | BotoCoreError) -> StorageFailed:
    kind = ObjectMissing if is_missing(error) else StorageFailed
    return kind(f"{what}: {reason(error)}")
