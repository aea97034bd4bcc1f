"""Sharing a run out: a drill of each backup that waits for one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from caretaker.archive.entries import Entry
from caretaker.archive.identity import BackupId
from caretaker.core.results import timestamp
from caretaker.core.sharing_out import start_each

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

MOST = 10  # a day
_UNDONE = "drill-unavailable"


def undrilled(entries: Iterable[Entry], databases: Sequence[str]) -> list[BackupId]:
    """Return the backups of these databases that have no proof, or whose last drill could not be held."""
    waiting = [entry.manifest.id for entry in entries if is_undrilled(entry)]
    return [backup for backup in waiting if backup.database in databases][:MOST]


def is_undrilled(entry: Entry) -> bool:
    """Whether a backup has no proof, or its last drill could not be held."""
    return entry.proof is None or any(noted.code == _UNDONE for noted in entry.proof.noted)


def dispatch(client: "LambdaClient", function: str, at: datetime, backups: Iterable[BackupId]) -> list[str]:
    """Start a drill of each backup, and return their ids; raise ``NotStarted`` at the end if one was not."""
    run = {"scheduled_at": timestamp(at)}
    parts = [(backup.text, {**run, "database": backup.database, "backup": backup.text}) for backup in backups]
    return start_each(client, function, "drills", parts)
