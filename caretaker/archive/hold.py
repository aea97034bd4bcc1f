"""Holds: a backup that is held stays, however old it gets, until somebody releases it."""

import json
from datetime import datetime

from caretaker.archive.identity import BackupId
from caretaker.archive.objects import Bucket
from caretaker.core.printable import printable

HELD = "held/"
RELEASED = "released/"
SCHEMA_VERSION = 1
_LONGEST_REASON = 500  # characters


def hold(bucket: Bucket, backup: BackupId, reason: str, at: datetime) -> None:
    """Hold a backup from now on; raise ``StorageFailed``."""
    _put(bucket, backup, HELD, reason, at)


def release(bucket: Bucket, backup: BackupId, reason: str, at: datetime) -> None:
    """Let a held backup go the way of all others; raise ``StorageFailed``."""
    _put(bucket, backup, RELEASED, reason, at)


def _put(bucket: Bucket, backup: BackupId, folder: str, reason: str, at: datetime) -> None:
    written = {"schema_version": SCHEMA_VERSION, "at": at.isoformat(), "reason": printable(reason)[:_LONGEST_REASON]}
    body = json.dumps(written, ensure_ascii=False).encode()
    bucket.put(backup.stamped(folder, at), body, if_absent=True, content_type="application/json")
