"""The event that S3 gives to EventBridge when an object was created.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from caretaker.local.endpoint.request import AwsRequest
from caretaker.local.stack.template import ACCOUNT, REGION


def object_created(request: AwsRequest, at: datetime) -> dict[str, Any] | None:
    """Return the event of a request that was carried out, None if it has created no object."""
    bucket, _, key = request.path.strip("/").partition("/")
    asked = parse_qs(request.query, keep_blank_values=True)
    match request.method:
        case "PUT" if not asked.keys() - {"x-id"}:
            how = "PutObject"
        case "POST" if "uploadId" in asked:
            how = "CompleteMultipartUpload"
        case _:
            return None
    if request.service != "s3" or not key:
        return None
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {"version": "0", "bucket": {"name": bucket}, "object": {"key": key}, "reason": how},
    }
