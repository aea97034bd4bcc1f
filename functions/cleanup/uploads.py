"""Multipart uploads that were begun and never ended: their parts cost money and are nothing to anybody."""

from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.archive.identity import ROOT
from caretaker.archive.objects import Bucket
from caretaker.archive.storage_faults import code_of, reason
from functions.cleanup.deleting import Failure

AGE = timedelta(hours=24)
_ENDED = "NoSuchUpload"


def abort_stale(bucket: Bucket, now: datetime) -> tuple[int, tuple[Failure, ...]]:
    """End the uploads below ``backups/`` that are older than a day; return how many were, and what failed."""
    failures: list[Failure] = []
    aborted = 0
    try:
        for page in bucket.client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket.name, Prefix=ROOT):
            for upload in page.get("Uploads", []):
                if now - upload["Initiated"] > AGE:
                    failure = _abort(bucket, upload["Key"], upload["UploadId"])
                    failures += [failure] if failure else []
                    aborted += failure is None
    except (ClientError, BotoCoreError) as error:
        failures.append(Failure(ROOT, f"its uploads could not be listed: {reason(error)}"))
    return aborted, tuple(failures)


def _abort(bucket: Bucket, key: str, upload: str) -> Failure | None:
    try:
        bucket.client.abort_multipart_upload(Bucket=bucket.name, Key=key, UploadId=upload)
    except (ClientError, BotoCoreError) as error:
        return None if code_of(error) == _ENDED else Failure(key, f"its upload could not be ended: {reason(error)}")
    return None
