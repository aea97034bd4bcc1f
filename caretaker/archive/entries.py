"""The backups with what became of them: what the last drill found, and whether somebody holds them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from caretaker.archive import proof_file
from caretaker.archive.catalogue import AT_ONCE, Damaged, catalogued
from caretaker.archive.hold import HELD, RELEASED
from caretaker.archive.identity import ROOT, BackupId, added, prefix_of
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket, Listed, ObjectMissing, TooLarge
from caretaker.archive.proof import Proof
from caretaker.archive.proof_file import FOLDER

_FOLDERS = (FOLDER, HELD, RELEASED)


@dataclass(frozen=True, slots=True)
class Entry:
    """A backup; ``proof`` is what the last drill found, None if there was none or its record cannot be believed."""

    manifest: Manifest
    proof: Proof | None
    held: bool

    @property
    def is_good(self) -> bool:
        """Whether the last drill found that the backup can be relied on."""
        return self.proof is not None and self.proof.is_good


@dataclass(frozen=True, slots=True)
class Entries:
    """The backups, the newest first, by the times of their snapshots; and what cannot be believed."""

    entries: tuple[Entry, ...]
    damaged: tuple[Damaged, ...]


def entries(bucket: Bucket, database: str | None = None) -> Entries:
    """Return the backups of a database, or of all; raise ``StorageFailed`` if not all of them could be read."""
    return entries_among(bucket, list(bucket.keys(ROOT if database is None else prefix_of(database))))


def entries_among(bucket: Bucket, listed: Sequence[Listed]) -> Entries:
    """Return the backups whose manifests are among these objects; raise ``StorageFailed``."""
    catalogue = catalogued(bucket, listed)
    newest = {folder: _newest(listed, folder) for folder in _FOLDERS}
    wanted = {backup.id: newest[FOLDER].get(backup.id) for backup in catalogue.backups}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        proofs = dict(zip(wanted, pool.map(lambda item: _proof(bucket, *item), wanted.items()), strict=True))
    believed = {identity: found for identity, found in proofs.items() if isinstance(found, Proof)}
    return Entries(
        tuple(Entry(one, believed.get(one.id), _is_held(one.id, newest)) for one in catalogue.backups),
        (*catalogue.damaged, *(found for found in proofs.values() if isinstance(found, Damaged))),
    )


def _newest(listed: Iterable[Listed], folder: str) -> dict[BackupId, datetime]:
    """Return when the newest object of a folder beside each backup was added."""
    times: dict[BackupId, list[datetime]] = defaultdict(list)
    for one in listed:
        if found := added(one.key, folder):
            times[found[0]].append(found[1])
    return {identity: max(stamps) for identity, stamps in times.items()}


def _is_held(backup: BackupId, newest: dict[str, dict[BackupId, datetime]]) -> bool:
    """A hold and a release of the same second mean that it is held: that loses nothing."""
    held, released = newest[HELD].get(backup), newest[RELEASED].get(backup)
    return held is not None and (released is None or held >= released)


def _proof(bucket: Bucket, backup: BackupId, at: datetime | None) -> Proof | Damaged | None:
    if at is None:
        return None
    key = proof_file.proof_key(backup, at)
    try:
        return proof_file.decode(bucket.get(key, proof_file.LARGEST), backup)
    except ObjectMissing:
        return None
    except (proof_file.UnreadableProof, TooLarge) as unreadable:
        return Damaged(key, str(unreadable))
