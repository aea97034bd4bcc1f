"""Objects where a backup would be, without its manifest: no reader sees them, and after two days they go.

* What is left of a backup that expired goes at once: its manifest has a delete marker.
* What a failed run has left goes when the youngest of it is 48 hours old, and never while its database is backed up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.archive.identity import MANIFEST, BackupId
from caretaker.archive.objects import Bucket, Listed, StorageFailed
from caretaker.archive.storage_faults import reason
from functions.cleanup.deleting import Deleted, delete

AGE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What is to go: ``remains`` of expired backups, ``orphans`` that are old enough; ``young`` ones stay for now."""

    remains: Mapping[BackupId, Sequence[Listed]]
    orphans: Mapping[BackupId, Sequence[Listed]]
    young: Mapping[BackupId, Sequence[Listed]]


NOTHING = Leftovers({}, {}, {})


def leftovers(
    bucket: Bucket,
    without_manifest: Mapping[BackupId, Sequence[Listed]],
    is_busy: Callable[[str], bool],
    now: datetime,
) -> Leftovers:
    """Sort what has no manifest; raise ``StorageFailed``. ``is_busy`` says whether a database is being backed up."""
    remains: dict[BackupId, Sequence[Listed]] = {}
    orphans: dict[BackupId, Sequence[Listed]] = {}
    young: dict[BackupId, Sequence[Listed]] = {}
    for backup, objects in without_manifest.items():
        if _has_expired(bucket, backup):
            remains[backup] = objects
        elif not is_busy(backup.database):
            is_old = now - max(listed.modified for listed in objects) > AGE
            (orphans if is_old else young)[backup] = objects
    return Leftovers(remains, orphans, young)


def remove(bucket: Bucket, found: Leftovers) -> Deleted:
    """Delete what is to go."""
    return delete(
        bucket, [listed for group in (found.remains, found.orphans) for objects in group.values() for listed in objects]
    )


def _has_expired(bucket: Bucket, backup: BackupId) -> bool:
    """Whether a manifest was there once: a delete marker stands in its place."""
    key = backup.key(MANIFEST)
    try:
        found = bucket.client.list_object_versions(Bucket=bucket.name, Prefix=key)
    except (ClientError, BotoCoreError) as error:
        raise StorageFailed(f"the versions of {key} could not be listed: {reason(error)}") from error
    return any(one.get("Key") == key for one in found.get("DeleteMarkers", []))
