"""An upload to S3 of what nobody knows the length of: in parts, several at once, whole or not at all."""

import base64
import hashlib
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import TYPE_CHECKING, Self

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from functions.backup.deadline import Deadline
from functions.backup.part_sizes import SMALLEST, part_size

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

# What the client of an upload needs: a part is repeated by it, and given up while there is still time to say so.
# Each part comes with its SHA-256: over TLS, signing its bytes would only hash them once more.
SETTINGS = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=5,
    read_timeout=20,
    s3={"payload_signing_enabled": False},
)

_AT_ONCE = 4  # parts under way
_FOR_THOSE_UNDER_WAY = 5.0  # seconds that an abort waits for them: a part that arrives later might stay
_FOR_GOOD = frozenset({403, 404})  # no repetition changes these


class UploadFailed(Exception):
    """S3 did not store an object; the message says what failed and how. Nothing of it is left there."""


class Upload:
    """An object on its way to S3. It is there once ``complete`` has returned; a block left without that aborts it.

    At most so many parts are in memory at once, counted in parts of 8 MiB, and one that is being filled.
    ``settings`` are passed on when the upload is created: how S3 is to encrypt the object.
    """

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        key: str,
        deadline: Deadline,
        settings: Mapping[str, str],
        at_once: int = _AT_ONCE,
    ) -> None:
        self._client = client
        self._object = {"Bucket": bucket, "Key": key}
        self._settings = settings
        self._deadline = deadline
        self._most = at_once * SMALLEST
        self._pool = ThreadPoolExecutor(at_once, "upload")
        self._id = ""
        self._retried = False
        self._buffer = bytearray()
        self._under_way: dict[Future[CompletedPartTypeDef], int] = {}
        self._parts: list[CompletedPartTypeDef] = []
        self._sent = 0
        self._bytes = 0
        self._completed = False

    def __enter__(self) -> Self:
        try:
            created = self._client.create_multipart_upload(
                **self._object, ChecksumAlgorithm="SHA256", **self._settings  # type: ignore[arg-type]
            )
        except (BotoCoreError, ClientError) as error:
            failed = UploadFailed(f"the upload of {self._name} could not begin: {reason(error)}")
            self._abort(failed)
            raise failed from error
        self._id = created["UploadId"]
        self._retried = created["ResponseMetadata"]["RetryAttempts"] > 0
        return self
