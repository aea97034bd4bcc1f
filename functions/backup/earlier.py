"""The backups before this one: they are compared with it, and must never keep it from being made."""

from collections.abc import Sequence

import zstandard

from caretaker.archive import tables
from caretaker.archive.catalogue import backups
from caretaker.archive.identity import DUMP, TABLES
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.sense import COMPARED
from caretaker.archive.tables import Contents
from caretaker.core.telemetry import logger

_LARGEST_TABLES = 50_000_000  # bytes of a list of tables, compressed


def earlier_backups(bucket: Bucket, database: str) -> Sequence[Manifest]:
    """Return the backups of a database, the newest first; none if they cannot be read."""
    try:
        return backups(bucket, database).backups
    except StorageFailed as failure:
        logger.warning("earlier backups could not be read", metadata={"error": str(failure)})
        return ()


def contents_of(bucket: Bucket, manifest: Manifest) -> Contents | None:
    """Return what a backup holds, None if its list of tables cannot be read."""
    try:
        stored = bucket.get(manifest.id.key(TABLES), _LARGEST_TABLES)
        return tables.decode(zstandard.ZstdDecompressor().decompressobj().decompress(stored))
    except (StorageFailed, tables.UnreadableTables, zstandard.ZstdError):
        return None


def last_rate(earlier: Sequence[Manifest]) -> float | None:
    """Return the bytes per second of the last dump that took long enough to measure."""
    for manifest in earlier[:COMPARED]:
        stored = manifest.stored(DUMP)
        if stored and manifest.seconds.dump >= 1:
            return stored.raw_bytes / manifest.seconds.dump
    return None
