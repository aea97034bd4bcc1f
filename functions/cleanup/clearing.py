"""Everything that one run deletes, in order: expired backups, what is left of runs, uploads that never ended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from caretaker.archive.identity import ROOT, BackupId
from caretaker.archive.objects import Bucket, StorageFailed
from functions.cleanup.deleting import Deleted, Failure
from functions.cleanup.expiring import expire
from functions.cleanup.leftovers import NOTHING, Leftovers, leftovers, remove
from functions.cleanup.survey import Survey
from functions.cleanup.uploads import abort_stale


@dataclass(frozen=True, slots=True)
class Cleared:
    """What went: backups, objects of all kinds, and uploads; what was left behind; and what could not be done."""

    backups: tuple[BackupId, ...] = ()
    objects: Deleted = field(default_factory=Deleted)
    uploads: int = 0
    leftovers: Leftovers = NOTHING
    failures: tuple[Failure, ...] = ()


def clear(
    bucket: Bucket, seen: Survey, expiring: Iterable[BackupId], is_busy: Callable[[str], bool], now: datetime
) -> Cleared:
    """Delete what may go. ``is_busy`` says whether a database is being backed up."""
    expired = expire(bucket, expiring, seen.objects)
    failed: tuple[Failure, ...] = ()
    try:
        found = leftovers(bucket, seen.without_manifest, is_busy, now)
    except StorageFailed as failure:
        found, failed = NOTHING, (Failure(ROOT, str(failure)),)
    objects = expired.objects + remove(bucket, found)
    uploads, unended = abort_stale(bucket, now)
    return Cleared(expired.backups, objects, uploads, found, (*objects.failures, *failed, *unended))
