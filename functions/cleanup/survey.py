"""What is below ``backups/``: the backups, what belongs to none, and what is not ours."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from caretaker.archive.entries import Entries, entries_among
from caretaker.archive.identity import MANIFEST, ROOT, BackupId, backup_id
from caretaker.archive.objects import Bucket, Listed


@dataclass(frozen=True, slots=True)
class Survey:
    """What one list of the bucket shows. ``objects`` are those of each backup, ``foreign`` the number of all others.

    ``said_at`` is the time by S3's clock when it began to list them, None if it did not say.
    """

    backups: Entries
    objects: Mapping[BackupId, tuple[Listed, ...]]
    foreign: int
    said_at: datetime | None

    @property
    def without_manifest(self) -> dict[BackupId, tuple[Listed, ...]]:
        """The objects that belong to no backup, although they are where one would be."""
        return {
            backup: objects
            for backup, objects in self.objects.items()
            if all(listed.key != backup.key(MANIFEST) for listed in objects)
        }


def survey(bucket: Bucket) -> Survey:
    """Return what is there; raise ``StorageFailed`` if not all of it could be read."""
    objects: dict[BackupId, list[Listed]] = defaultdict(list)
    foreign, said_at = 0, None
    for number, page in enumerate(bucket.pages(ROOT)):
        said_at = page.said_at if number == 0 else said_at
        for listed in page.objects:
            backup = backup_id(listed.key)
            if backup is None:
                foreign += 1
            else:
                objects[backup].append(listed)
    ours = [listed for group in objects.values() for listed in group]
    grouped = {backup: tuple(group) for backup, group in objects.items()}
    return Survey(entries_among(bucket, ours), grouped, foreign, said_at)
