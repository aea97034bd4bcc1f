"""The section ``backup``: which databases to back up."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from caretaker.authoring.mistakes import Unfit
from caretaker.authoring.model.base import Section
from caretaker.authoring.model.figures import Age, Kept, Periods, Promise, default
from caretaker.authoring.model.texts import BackupUrl, Certificates, DrillUrl, Name, PageUrl, PlainText, one_word_of
from caretaker.authoring.wording import quoted

_TABLE = re.compile(r'(?:[^".\s*?]+|"[^"]+")\.(?:[^".\s*?]+|"[^"]+")')


class Fingerprint(StrEnum):
    """What is noted of each table's rows, for a restored copy to be compared with."""

    AUTO = "auto"
    FULL = "full"
    COUNTS = "counts"
    OFF = "off"


def _table(text: str) -> str:
    if not _TABLE.fullmatch(text):
        raise Unfit(f"{quoted(text)} is not a table with its schema", "Write SCHEMA.TABLE, such as audit.raw_events.")
    return text


def _database(name: str) -> str:
    if name in (".", ".."):
        raise Unfit(f"{quoted(name)} cannot be part of a key in the bucket", "Use letters, digits and - _ as well.")
    return name


DatabaseName = Annotated[Name, AfterValidator(_database)]
Table = Annotated[PlainText, AfterValidator(_table)]


class Drill(Section):
    """A PostgreSQL server of your own, for drills alone, that backups are restored into instead of a throw-away one."""

    url: DrillUrl
    """A whole reference to its address, postgresql://…: of a role that is no superuser and may create databases."""
    ca: Certificates | None = None
    """A PEM file with authorities of your own, trusted beside the public ones; relative to this file."""


class Database(Section):
    """A PostgreSQL database to back up."""

    name: DatabaseName
    """Unique within backup: letters, digits and - _ ."""
    url: BackupUrl
    """Its address, postgresql://…: a direct connection, not a pooler."""
    ca: Certificates | None = None
    """A PEM file with authorities of your own, trusted beside the public ones; relative to this file."""
    runbook: PageUrl | None = None
    """The address of your own page for when something is wrong with it; messages lead there instead."""
    rpo: Promise = Field(default=26 * 3600.0, json_schema_extra=default("26h"))
    """How old the newest backup may be: at least the interval plus the longest run."""
    rto: Promise = Field(default=4 * 3600.0, json_schema_extra=default("4h"))
    """How long a restore may take."""
    exclude_table_data: list[Table] = Field(default=[])
    """Tables whose rows are left out, as SCHEMA.TABLE; their definitions are kept."""
    fingerprint: Annotated[Fingerprint, one_word_of(Fingerprint)] = Fingerprint.AUTO
    """What is noted of each table: full (counts and digests), counts, off; auto is full below 5 GB, else counts."""

    drill: Drill | None = None
    """Where its backups are restored for proof; by default in a server that the function makes and throws away."""


class Retention(Section):
    """For how long backups are kept. The newest good one of a database is always kept, and so are held ones."""

    daily: Age = Field(default=30 * 86_400.0, json_schema_extra=default("30d"))
    """How old a daily backup may become."""
    emergency: Age = Field(default=90 * 86_400.0, json_schema_extra=default("90d"))
    """How old an emergency backup may become."""
    keep_last: Kept = 3
    """How many good backups of a database are kept, however old they are."""
    weekly: Periods = 0
    """Of how many weeks (Monday to Sunday, UTC) the newest good backup is kept."""
    monthly: Periods = 0
    """Of how many months the newest good backup is kept."""
    yearly: Periods = 0
    """Of how many years the newest good backup is kept."""


class Backup(Section):
    """Which databases to back up."""

    databases: Annotated[list[Database], Field(min_length=1)]
    """The databases."""
    retention: Retention = Retention()
    """For how long backups are kept."""
