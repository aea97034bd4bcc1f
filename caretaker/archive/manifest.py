"""The manifest: everything that a restorer or an auditor has to know of a backup, which exists if and only if this does.

``docs/manifest.schema.json`` describes its JSON for others.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from caretaker.archive.identity import BackupId

SCHEMA_VERSION = 1
LARGEST = 16_000  # bytes of a manifest
_LONGEST = 200  # characters of a text in it

Fingerprint = Literal["full", "counts", "off"]


class UnreadableManifest(Exception):
    """A manifest cannot be believed: it is damaged, from a newer Caretaker, or in a wrong place; the message says which."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of the backup: its size and SHA-256 (in hexadecimal) as it is stored, and when it is uncompressed."""

    name: str
    bytes: int
    sha256: str
    raw_bytes: int
    raw_sha256: str


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of the database, and its version there."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class LargeObjects:
    """The large objects of a database; None is what could not be known, or was not asked for."""

    count: int
    bytes: int | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class TableTotals:
    """All tables whose rows are in the dump, together; rows and digest are None with the fingerprint ``off``."""

    tables: int
    rows: int | None
    fingerprint: Fingerprint
    digest: str | None


@dataclass(frozen=True, slots=True)
class Server:
    """The server and the database that were dumped. ``lsn`` is where its log stood at the snapshot.

    ``version`` is its number, 16.14; ``lsn`` is empty where the server does not tell it, and so is
    ``system_identifier``.
    """

    version: str
    system_identifier: str
    encoding: str
    collation: str
    ctype: str
    database_bytes: int
    lsn: str
    in_recovery: bool


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long the parts of the run took, and all of it."""

    preflight: float
    dump: float
    fingerprint: float
    total: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, and how it came about.

    ``dumped_at`` is the time of the snapshot: what was written later is not in the backup. ``request`` is the id of the
    request that asked for it, ``snapshot`` the name of the exported one. ``client_version`` is pg_dump's.
    ``extensions_left_out`` and ``excluded_left_out`` count what did not fit into a stored manifest.
    """

    id: BackupId
    reason: str
    request: str
    began_at: datetime
    dumped_at: datetime
    finished_at: datetime
    snapshot: str
    server: Server
    client_version: str
    extensions: tuple[Extension, ...]
    objects: tuple[StoredObject, ...]
    totals: TableTotals
    sequences: int
    large_objects: LargeObjects
    excluded_table_data: tuple[str, ...]
    tool_version: str
    seconds: Seconds
    extensions_left_out: int = 0
    excluded_left_out: int = 0

    def stored(self, name: str) -> StoredObject | None:
        """Return what is said of one object, None if the backup has none of this name."""
        return next((stored for stored in self.objects if stored.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as it is stored."""
        return {
            "schema_version": SCHEMA_VERSION,
            "id": self.id.text,
            "database": self.id.database,
            "kind": self.id.kind,
            "scheduled_at": _written(self.id.at),
            "reason": self.reason,
            "request": self.request,
            "began_at": _written(self.began_at),
            "dumped_at": _written(self.dumped_at),
            "finished_at": _written(self.finished_at),
            "snapshot": self.snapshot,
            "server": asdict(self.server),
            "client_version": self.client_version,
            "extensions": [asdict(extension) for extension in self.extensions],
            "extensions_left_out": self.extensions_left_out,
            "objects": [asdict(stored) for stored in self.objects],
            "totals": asdict(self.totals),
            "sequences": self.sequences,
            "large_objects": asdict(self.large_objects),
            "excluded_table_data": list(self.excluded_table_data),
            "excluded_left_out": self.excluded_left_out,
            "tool_version": self.tool_version,
            "seconds": asdict(self.seconds),
        }

    @classmethod
    def from_json(cls, shown: Mapping[str, Any], key: str) -> "Manifest":
        """Return the manifest that ``to_json`` wrote; ``key`` is where it was found. Raises ``UnreadableManifest``."""
        raise NotImplementedError

    def encode(self) -> bytes:
        """Return the manifest's bytes, always the same for the same manifest."""
        raise NotImplementedError


def decode(data: bytes, key: str) -> Manifest:
    """Return the manifest that was found under a key; raise ``UnreadableManifest``."""
    raise NotImplementedError


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
