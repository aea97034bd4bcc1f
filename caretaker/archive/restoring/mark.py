"""A database says by its own comment that a restore is under way in it, and in the end what it was restored from.

A restore that is killed can say nothing any more; the comment then tells the next one, and people, what is there.
"""

from datetime import datetime

from caretaker.archive.connection import Session
from caretaker.archive.identity import BackupId
from caretaker.archive.sessions import quoted, rows
from caretaker.core.results import timestamp

_UNFINISHED = "caretaker is restoring this database from the backup "


def mark_begun(session: Session, database: str, backup: BackupId) -> None:
    """Say in the database's comment that it is being restored; raise ``psycopg2.Error``."""
    _comment(session, database, f"{_UNFINISHED}{backup.text}")


def mark_done(session: Session, database: str, backup: BackupId, as_of: datetime) -> None:
    """Say in the database's comment what it was restored from; raise ``psycopg2.Error``."""
    _comment(session, database, f"restored from the backup {backup.text} of {backup.database}, {timestamp(as_of)}")


def read_mark(session: Session, database: str) -> str:
    """Return the id of the backup that a restore has not finished with, empty if there is none."""
    asked = "select shobj_description(oid, 'pg_database') from pg_database where datname = %s"
    said = rows(session, asked, (database,))[0][0] or ""
    return said.removeprefix(_UNFINISHED) if said.startswith(_UNFINISHED) else ""


def _comment(session: Session, database: str, text: str) -> None:
    rows(session, f"comment on database {quoted(database)} is %s", (text,))
