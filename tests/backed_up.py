"""Backups of real databases in a bucket, made as ``backup`` makes them."""

import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from caretaker.archive.deadline import Deadline
from caretaker.archive.identity import BackupId
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.core.secrets import Redactor
from caretaker.core.targets.backup import BackupTarget
from functions.backup.making import Means, Order, make
from functions.backup.preflight import Pace, preflight
from tests.postgres import PostgresServer

_FIRST = datetime(2026, 11, 20, 2, tzinfo=UTC)
_MINUTES = count()


def back_up(
    bucket: Bucket,
    server: PostgresServer,
    database: str,
    programs: Path,
    *,
    name: str = "main",
    excluded: tuple[str, ...] = (),
) -> Manifest:
    """Back a database up under a name, each time as of another minute; return the manifest."""
    target = BackupTarget(name, server.url(database=database), 93_600, 3600, excluded, "auto", "")
    ready = preflight(target.url, "", excluded, Pace(60, None), programs)
    deadline = Deadline(time.monotonic() + 60, time.monotonic)
    means = Means(bucket, deadline, lambda: datetime.now(UTC), Redactor(), lambda _: None)
    wanted = BackupId(name, "daily", _FIRST + timedelta(minutes=next(_MINUTES)))
    return make(Order(wanted, target, "", ""), ready, means, time.monotonic())[0]
