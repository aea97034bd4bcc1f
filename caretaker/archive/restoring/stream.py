"""The uncompressed bytes of an object of a backup, compared with the manifest while they pass.

Memory does not depend on the object: neither on its size, nor on what its compression claims.
"""

from collections.abc import Iterator
from typing import IO, NoReturn, cast

import zstandard

from caretaker.archive import tables
from caretaker.archive.hashing import Sha256
from caretaker.archive.identity import TABLES, BackupId
from caretaker.archive.manifest import Manifest, StoredObject
from caretaker.archive.objects import Bucket, ObjectMissing
from caretaker.archive.restoring.damage import Damaged
from caretaker.archive.restoring.fetching import CHUNK, stored_bytes
from caretaker.archive.tables import Contents

_WINDOW = 1 << 23  # bytes that decompression may look back: what every decoder has, and more than we ask for
_LARGEST_TABLES = 400_000_000  # bytes of a list of tables, uncompressed


def raw_bytes(bucket: Bucket, backup: BackupId, stored: StoredObject) -> Iterator[bytes]:
    """Yield the uncompressed bytes of an object; only who reads to the end knows that they are right.

    Raises ``Damaged`` if it is not what the manifest says, ``StorageFailed`` for what may pass.
    """
    digest = Sha256()
    for chunk in proven_bytes(bucket, backup, stored):
        digest.update(chunk)
        yield chunk
    if digest.text() != stored.raw_sha256:
        raise Damaged(
            "checksum-mismatch", f"{stored.name} is, uncompressed, not what its manifest says: another SHA-256"
        )


def proven_bytes(bucket: Bucket, backup: BackupId, stored: StoredObject) -> Iterator[bytes]:
    """Yield the same bytes of an object that has been read so once, as ``raw_bytes``, and was right.

    That what is stored is still the same is known by its SHA-256, that it was decompressed rightly by zstd's own
    checksum and by the size: the SHA-256 of what is uncompressed would cost most, and tell nothing more.
    """
    reading, count = _Reading(bucket, backup, stored), 0
    source = cast("IO[bytes]", reading)  # of which nothing but read() is used
    # Frames beyond the first are none of ours; what follows the first is found by the digest of what is stored.
    with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(source, read_size=CHUNK) as raw:
        while chunk := _decompressed(raw, reading):
            count += len(chunk)
            if count > stored.raw_bytes:
                reading.finish()
                raise Damaged(
                    "checksum-mismatch",
                    f"{stored.name} holds more than the {stored.raw_bytes:,} bytes, uncompressed, of its manifest",
                )
            yield chunk
    reading.finish()
    if count != stored.raw_bytes:
        raise Damaged(
            "checksum-mismatch",
            f"{stored.name} holds {count:,} bytes, uncompressed, of the {stored.raw_bytes:,} of its manifest",
        )


def whole(bucket: Bucket, backup: BackupId, stored: StoredObject, most: int) -> bytes:
    """Return the uncompressed bytes of a small object; raise as ``raw_bytes`` does, and for more than ``most``."""
    if stored.raw_bytes > most:
        raise Damaged("unreadable", f"{stored.name} has {stored.raw_bytes:,} bytes, more than the {most:,} it may have")
    return b"".join(raw_bytes(bucket, backup, stored))


def contents_of(bucket: Bucket, manifest: Manifest) -> Contents:
    """Return what the snapshot of a backup saw, from its list of tables; raise ``Damaged``, ``StorageFailed``."""
    stored = manifest.stored(TABLES)
    if stored is None:
        raise Damaged("missing-object", f"the manifest of {manifest.id.text} names no {TABLES}")
    data = whole(bucket, manifest.id, stored, _LARGEST_TABLES)
    try:
        return tables.decode(data)
    except tables.UnreadableTables as unreadable:
        raise Damaged("unreadable", f"{TABLES}: {unreadable}") from None


class _Reading:
    """The stored bytes, as decompression reads them."""

    def __init__(self, bucket: Bucket, backup: BackupId, stored: StoredObject) -> None:
        self._stored = stored
        self._bytes = stored_bytes(bucket, backup.key(stored.name))
        self._digest = Sha256()
        self._count = 0

    def read(self, _size: int = -1) -> bytes:
        """Return the next chunk, empty at the end."""
        try:
            chunk = next(self._bytes, b"")
        except ObjectMissing as missing:
            raise Damaged("missing-object", str(missing)) from None
        self._digest.update(chunk)
        self._count += len(chunk)
        return chunk

    def finish(self) -> None:
        """Read what is left, and compare all of it with the manifest."""
        while self.read():
            pass
        if (self._count, self._digest.text()) != (self._stored.bytes, self._stored.sha256):
            raise Damaged(
                "checksum-mismatch",
                f"{self._stored.name} is not what was stored: {self._count:,} bytes of {self._stored.bytes:,}, "
                "with another SHA-256",
            )

    def unreadable(self, error: zstandard.ZstdError) -> NoReturn:
        """Raise what it means that decompression failed: damage since then shows in the digest of what is stored."""
        self.finish()
        raise Damaged("unreadable", f"{self._stored.name} is as it was stored, and no zstd can read it: {error}")


def _decompressed(raw: zstandard.ZstdDecompressionReader, reading: _Reading) -> bytes:
    try:
        return raw.read(CHUNK)
    except zstandard.ZstdError as error:
        reading.unreadable(error)
