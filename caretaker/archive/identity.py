"""Which backup is meant: its id, and the keys of its objects.

A backup is made of its database, its kind and its scheduled time, so that two runs for one event mean the same backup.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

Kind = Literal["daily", "emergency"]

ROOT = "backups/"
DUMP = "database.dump.zst"
GLOBALS = "globals.sql.zst"
TABLES = "tables.json.zst"
HOWTO = "HOW-TO-RESTORE.md"
MANIFEST = "manifest.json"

_DATABASE = re.compile(
    r"(?!\.{1,2}(?:/|$))[A-Za-z0-9_.-]{1,64}"
)  # as in caretaker.yaml, without what paths mean by . and ..
_PREFIX = re.compile(
    rf"{ROOT}(?P<database>{_DATABASE.pattern})/[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}}/"
    rf"(?P<at>[0-9]{{8}}T[0-9]{{6}}Z)-(?P<kind>{'|'.join(get_args(Kind))})-[0-9a-f]{{4}}/"
)
_STAMP = re.compile(r"(?P<at>[0-9]{8}T[0-9]{6}Z)\.json")


@dataclass(frozen=True, slots=True)
class BackupId:
    """A backup of a database, by its name in the configuration. ``at`` is the scheduled time, in whole seconds of UTC.

    Raises ``ValueError`` for a name that cannot be part of a key, and for a time without a zone.
    """

    database: str
    kind: Kind
    at: datetime

    def __post_init__(self) -> None:
        if not _DATABASE.fullmatch(self.database):
            raise ValueError(f"{self.database!r} is no name of a database: up to 64 letters, digits, - _ .")
        if self.at.tzinfo is None:
            raise ValueError("the scheduled time of a backup needs a time zone")
        object.__setattr__(self, "at", self.at.astimezone(UTC).replace(microsecond=0))

    @property
    def text(self) -> str:
        """The id as people see it: ``20261120T020000Z-daily-7f3a``."""
        time = _compact(self.at)
        digest = hashlib.sha256(f"{self.database}/{self.kind}/{time}".encode()).hexdigest()
        return f"{time}-{self.kind}-{digest[:4]}"

    @property
    def prefix(self) -> str:
        """What the keys of all objects of this backup begin with; it ends with a slash."""
        return f"{prefix_of(self.database)}{self.at.date().isoformat().replace('-', '/')}/{self.text}/"

    def key(self, name: str) -> str:
        """Return the key of one object of this backup."""
        return self.prefix + name

    def stamped(self, folder: str, at: datetime) -> str:
        """Return the key of an object that was added later, ``<folder><time>.json``; ``folder`` ends with a slash."""
        return self.key(f"{folder}{_compact(at)}.json")


def added(key: str, folder: str) -> tuple[BackupId, datetime] | None:
    """Return which backup a key of ``BackupId.stamped`` belongs to, and its time in seconds; None for others."""
    identity = backup_id(key)
    found = _STAMP.fullmatch(key.removeprefix(identity.key(folder))) if identity else None
    at = _moment(found["at"]) if found else None
    return (identity, at) if identity and at and key == identity.stamped(folder, at) else None


def prefix_of(database: str) -> str:
    """Return what the keys of all backups of a database begin with, and those of no other database."""
    return f"{ROOT}{database}/"


def backup_id(key: str) -> BackupId | None:
    """Return the backup that a key or a prefix belongs to, None if it belongs to none."""
    found = _PREFIX.match(key)
    if found is None:
        return None
    at = _moment(found["at"])
    if at is None:
        return None
    kind = next(kind for kind in get_args(Kind) if kind == found["kind"])
    identity = BackupId(found["database"], kind, at)
    return identity if identity.prefix == found[0] else None


def _compact(at: datetime) -> str:
    """Return a time as keys have it: ``20261120T020000Z``."""
    text = at.astimezone(UTC).isoformat(timespec="seconds")  # strftime would not fill up the years before 1000
    return text.replace("-", "").replace(":", "").removesuffix("+0000") + "Z"


def _moment(compact: str) -> datetime | None:
    try:
        return datetime.strptime(compact, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
