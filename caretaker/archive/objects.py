"""The bucket of the backups: small objects are put whole, and never over what is there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class StorageFailed(Exception):
    """S3 did not do what it was asked to; the message says what, and what to do, without addresses or secrets."""


class ObjectMissing(StorageFailed):
    """There is no object of this key."""


class AlreadyThere(StorageFailed):
    """There is another object under a key that was to be new."""


@dataclass(frozen=True, slots=True)
class Encryption:
    """How objects are encrypted: with this KMS key (an id, ARN or alias), or with S3's own keys if it is empty."""

    kms_key: str = ""

    def arguments(self) -> dict[str, str]:
        """Return what a put, or the creation of a multipart upload, is given for it."""
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
class Bucket:
    """The bucket, and the client that reaches it."""

    client: "S3Client"
    name: str
    encryption: Encryption = Encryption()

    def put(self, key: str, body: bytes, *, if_absent: bool, content_type: str) -> None:
        """Store an object; raise ``StorageFailed``, and ``AlreadyThere`` if other bytes are there already."""
        raise NotImplementedError

    def get(self, key: str, most: int) -> bytes:
        """Return the bytes of an object of at most that many; raise ``ObjectMissing`` or ``StorageFailed``."""
        raise NotImplementedError

    def head(self, key: str) -> Head | None:
        """Return what S3 says of an object, None if there is none; raise ``StorageFailed``."""
        raise NotImplementedError

    def keys(self, prefix: str) -> Iterator[Listed]:
        """Yield the objects whose keys begin so, in the order of their keys; raise ``StorageFailed``."""
        raise NotImplementedError
