"""A key to store under, and the errors of S3 as botocore makes them."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from caretaker.archive.objects import Bucket

KEY = "backups/main/x"
ADDRESS = "https://caretaker-backups.s3.eu-central-1.example"


def put(bucket: Bucket, body: bytes = b"ours", *, if_absent: bool = True) -> None:
    """Store a small object."""
    bucket.put(KEY, body, if_absent=if_absent, content_type="application/json")


def answered(code: str, status: int) -> Callable[[], BaseException]:
    """Return an error as botocore makes it of an answer of S3, which may say more than people should be told."""
    answer: Mapping[str, Any] = {
        "Error": {"Code": code, "Message": f"arn:aws:iam::123456789012:role/x at {ADDRESS}"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return lambda: ClientError(answer, "PutObject")  # type: ignore[arg-type] # no more of it is needed


def timed_out() -> BaseException:
    """Return what botocore says when no answer came."""
    return ReadTimeoutError(endpoint_url=ADDRESS)
