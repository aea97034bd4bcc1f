"""Which backups there are: those that have a manifest, and no others."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from caretaker.archive.identity import MANIFEST, ROOT, backup_id, prefix_of
from caretaker.archive.manifest import Manifest
from caretaker.archive.manifest_file import LARGEST, UnreadableManifest, decode
from caretaker.archive.objects import Bucket, Listed, ObjectMissing, TooLarge

AT_ONCE = 8  # gets; a client has ten connections


@dataclass(frozen=True, slots=True)
class Damaged:
    """A manifest that is there and cannot be believed, and why."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The backups, the newest first, by the times of their snapshots; and the manifests that cannot be believed."""

    backups: tuple[Manifest, ...]
    damaged: tuple[Damaged, ...]


def backups(bucket: Bucket, database: str | None = None) -> Catalogue:
    """Return the backups of a database, or of all; raise ``StorageFailed`` if not all of them could be read.

    Whatever else is in the bucket is passed over. A backup that is deleted meanwhile may be missing.
    """
    return catalogued(bucket, bucket.keys(ROOT if database is None else prefix_of(database)))


def catalogued(bucket: Bucket, listed: Iterable[Listed]) -> Catalogue:
    """Return the backups whose manifests are among these objects; raise ``StorageFailed``."""
    keys = list(_manifests(listed))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda key: _read(bucket, key), keys))
    manifests = [each for each in found if isinstance(each, Manifest)]
    return Catalogue(
        backups=tuple(sorted(manifests, key=lambda each: (each.as_of, each.id.prefix), reverse=True)),
        damaged=tuple(each for each in found if isinstance(each, Damaged)),
    )


def _manifests(listed: Iterable[Listed]) -> Iterator[str]:
    for one in listed:
        identity = backup_id(one.key)
        if identity is not None and one.key == identity.key(MANIFEST):
            yield one.key


def _read(bucket: Bucket, key: str) -> Manifest | Damaged | None:
    try:
        return decode(bucket.get(key, LARGEST * 4), key)  # a newer Caretaker may write larger ones
    except ObjectMissing:
        return None
    except (UnreadableManifest, TooLarge) as unreadable:
        return Damaged(key, str(unreadable))
