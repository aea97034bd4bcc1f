"""The manifest: all that a restorer or an auditor has to know of a backup, which exists if and only if this does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from caretaker.archive.identity import BackupId

Fingerprint = Literal["full", "counts", "off"]
Provider = Literal["libc", "icu", "builtin"]

_APART = timedelta(minutes=1)  # no snapshot is taken as long after its run began: so far apart are only clocks


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

    ``provider`` is that of the database's locale; ``collation`` and ``ctype`` are libc's, ``locale`` and ``rules`` of
    another one. ``version`` is the server's number, 16.14. ``lsn`` and ``system_identifier`` are empty where the server
    does not tell them.
    """

    version: str
    system_identifier: str
    encoding: str
    collation: str
    ctype: str
    database_bytes: int
    lsn: str
    in_recovery: bool
    provider: Provider = "libc"
    locale: str = ""
    rules: str = ""


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

    ``dumped_at`` is the time of the snapshot by the server's clock, ``began_at`` and ``finished_at`` are by AWS's.
    ``request`` is the id of the request that asked for it, ``snapshot`` the name of the exported one.
    ``client_version`` is pg_dump's.
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

    @property
    def as_of(self) -> datetime:
        """When the snapshot was taken: what was written later is not in the backup.

        A server's clock that is wrong counts for nothing: it makes no backup older or newer than it is.
        """
        return self.began_at if self.server_ahead_by else self.dumped_at

    @property
    def server_ahead_by(self) -> timedelta:
        """How far the server's clock was ahead of AWS's, less than nothing if behind; nothing up to a minute."""
        ahead = self.dumped_at - self.began_at
        return ahead if abs(ahead) > _APART else timedelta()

    def stored(self, name: str) -> StoredObject | None:
        """Return what is said of one object, None if the backup has none of this name."""
        return next((stored for stored in self.objects if stored.name == name), None)
