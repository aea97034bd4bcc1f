"""The second and third level: every object is what its manifest says, and the archive can be decoded to its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from caretaker.archive.identity import DUMP, TABLES
from caretaker.archive.manifest import Manifest, StoredObject
from caretaker.archive.programs import Programs
from caretaker.archive.restoring.arriving import keep
from caretaker.archive.restoring.damage import Damaged
from caretaker.archive.restoring.running import NotRead, PgRestore
from caretaker.archive.restoring.stream import contents_of, raw_bytes
from caretaker.archive.tables import Contents
from caretaker.core.secrets import Redactor
from functions.verify.lines import ArchiveRows
from functions.verify.means import Means

_LARGEST_GLOBALS = 50_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Beside:
    """What is stored beside the archive: what the snapshot saw, and roles as SQL."""

    contents: Contents
    roles: bytes


def read_beside(manifest: Manifest, means: Means) -> Beside:
    """Read every object but the archive to its end; raise ``Damaged``, ``StorageFailed``, ``OutOfTime``."""
    contents = contents_of(means.bucket, manifest)
    others = [_whole(one, manifest, means) for one in manifest.objects if one.name not in (DUMP, TABLES)]
    return Beside(contents, b"".join(others))


def fetch(manifest: Manifest, dump: StoredObject, means: Means, file: Path) -> None:
    """Read the archive to its end, and keep it, uncompressed, in a file.

    Raises ``Damaged``, ``StorageFailed``, ``OutOfTime``, and ``OSError`` if there is no room for it.
    """
    with file.open("wb", buffering=0) as kept:
        keep(_timely(raw_bytes(means.bucket, manifest.id, dump), means), kept)


def decode(manifest: Manifest, dump: StoredObject, programs: Programs, means: Means, file: Path | None) -> ArchiveRows:
    """Decode the archive to its end: from a file into which it was fetched, else from the bucket, proving it there.

    Raises ``Damaged``, ``OutOfTime``, and from the bucket ``StorageFailed``.
    """
    rows = ArchiveRows(manifest.server.encoding)
    stream: Iterator[bytes] = iter(())
    if file is None:
        stream = raw_bytes(means.bucket, manifest.id, dump)
    reading = PgRestore(programs, file or (lambda: stream), means.deadline, Redactor())
    try:
        for chunk in reading.sql("--section=data"):
            rows.write(chunk)
    except NotRead as unread:
        _drain(stream)  # damage since it was stored is the better explanation
        raise Damaged("unreadable", f"{DUMP} is as it was stored, and cannot be decoded: {unread}") from None
    _drain(stream)
    return rows


def _timely(chunks: Iterator[bytes], means: Means) -> Iterator[bytes]:
    for chunk in chunks:
        means.deadline.left("the archive was being read")
        yield chunk


def _drain(stream: Iterator[bytes]) -> None:
    """Read what the program has left, so that all of it has been compared with the manifest."""
    for _ in stream:
        pass


def _whole(stored: StoredObject, manifest: Manifest, means: Means) -> bytes:
    means.deadline.left(f"{stored.name} was being read")
    if stored.raw_bytes > _LARGEST_GLOBALS:
        raise Damaged("unreadable", f"{stored.name} has {stored.raw_bytes:,} bytes, which is no list of roles")
    return b"".join(raw_bytes(means.bucket, manifest.id, stored))
