"""The second and third level: every object is what its manifest says, and the archive can be decoded to its end."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from caretaker.archive.identity import DUMP, TABLES
from caretaker.archive.manifest import Manifest, StoredObject
from caretaker.archive.programs import Programs
from caretaker.archive.restoring.damage import Damaged
from caretaker.archive.restoring.running import NotRead, PgRestore
from caretaker.archive.restoring.stream import contents_of, raw_bytes
from caretaker.archive.tables import Contents
from caretaker.core.secrets import Redactor
from functions.verify.lines import ArchiveRows
from functions.verify.means import Means

_LARGEST_GLOBALS = 50_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Decoded:
    """What was found in the objects: what the snapshot saw, roles as SQL, the rows in the archive."""

    contents: Contents
    roles: bytes
    rows: ArchiveRows


def decode(manifest: Manifest, programs: Programs, means: Means, copy: Path | None) -> Decoded:
    """Read every object to its end, once; keep the archive, uncompressed, in ``copy`` if that is given.

    Raises ``Damaged``, ``StorageFailed``, ``OutOfTime``, and ``OSError`` if there is no room for the copy.
    """
    contents = contents_of(means.bucket, manifest)
    others = {one.name: _whole(one, manifest, means) for one in manifest.objects if one.name not in (DUMP, TABLES)}
    rows = ArchiveRows(manifest.server.encoding)
    dump = manifest.stored(DUMP)
    assert dump is not None, "no manifest is believed without one"
    with nullcontext() if copy is None else copy.open("wb") as file:
        stream = _Kept(raw_bytes(means.bucket, manifest.id, dump), file.write if file else None)
        reading = PgRestore(programs, lambda: iter(stream), means.deadline, Redactor())
        try:
            for chunk in reading.sql("--section=data"):
                rows.write(chunk)
        except NotRead as unread:
            stream.drain()  # damage since it was stored is the better explanation
            raise Damaged("unreadable", f"{DUMP} is as it was stored, and cannot be decoded: {unread}") from None
        stream.drain()
    return Decoded(contents, b"".join(others.values()), rows)


def _whole(stored: StoredObject, manifest: Manifest, means: Means) -> bytes:
    means.deadline.left(f"{stored.name} was being read")
    if stored.raw_bytes > _LARGEST_GLOBALS:
        raise Damaged("unreadable", f"{stored.name} has {stored.raw_bytes:,} bytes, which is no list of roles")
    return b"".join(raw_bytes(means.bucket, manifest.id, stored))


class _Kept:
    """The bytes of an archive, which are written to a file while they pass."""

    def __init__(self, chunks: Iterator[bytes], write: Callable[[bytes], object] | None) -> None:
        self._chunks = chunks
        self._write = write

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if self._write:
                self._write(chunk)
            yield chunk

    def drain(self) -> None:
        """Read what the program has left, so that all of it has been compared with the manifest."""
        for _ in self:
            pass
