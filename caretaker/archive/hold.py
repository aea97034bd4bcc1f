"""Holds: a backup that is held stays, however old it gets, until somebody releases it."""

import json
from datetime import datetime, timedelta

from caretaker.archive.identity import BackupId, added
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
    """Let a held backup go the way of all others; raise ``StorageFailed``.

    It counts from the second after the last hold, if that is not over: of one that was made in this second, or by a
    clock that is ahead.
    """
    holds = (added(one.key, HELD) for one in bucket.keys(backup.key(HELD)))
    after = [found[1] + timedelta(seconds=1) for found in holds if found]
    _put(bucket, backup, RELEASED, reason, max([at, *after]))


def _put(bucket: Bucket, backup: BackupId, folder: str, reason: str, at: datetime) -> None:
    written = {"schema_version": SCHEMA_VERSION, "at": at.isoformat(), "reason": printable(reason)[:_LONGEST_REASON]}
    body = json.dumps(written, ensure_ascii=False).encode()
    bucket.put(backup.stamped(folder, at), body, if_absent=True, content_type="application/json")
