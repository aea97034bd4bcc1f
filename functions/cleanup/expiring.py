"""Letting backups go: all their manifests first, and nothing else of one whose manifest did not go.

Without its manifest a backup does not exist. Whatever is left of one, if the run dies here, is found by the next.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from caretaker.archive.identity import MANIFEST, BackupId
from caretaker.archive.objects import Bucket, Listed
from functions.cleanup.deleting import Deleted, delete


@dataclass(frozen=True, slots=True)
class Expired:
    """The backups that went, and what became of all objects that were to go."""

    backups: tuple[BackupId, ...]
    objects: Deleted


def expire(bucket: Bucket, backups: Iterable[BackupId], objects: Mapping[BackupId, Sequence[Listed]]) -> Expired:
    """Delete backups; what could not be deleted is in what is returned."""
    manifests = {
        listed.key: backup for backup in backups for listed in objects[backup] if listed.key == backup.key(MANIFEST)
    }
    first = delete(bucket, [_listed(objects[backup], key) for key, backup in manifests.items()])
    gone = tuple(manifests[listed.key] for listed in first.done)
    rest = [listed for backup in gone for listed in objects[backup] if listed.key != backup.key(MANIFEST)]
    return Expired(gone, first + delete(bucket, rest))


def _listed(objects: Sequence[Listed], key: str) -> Listed:
    return next(listed for listed in objects if listed.key == key)
