"""Sharing drills out: an invocation for each backup, so that none can take another one's time or disk."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.archive.entries import Entry
from caretaker.archive.identity import BackupId
from caretaker.archive.storage_faults import code_of
from caretaker.core.results import timestamp

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

MOST = 10  # a day
_UNDONE = "drill-unavailable"


class NotStarted(Exception):
    """Some drills could not be started; the message names their backups, and why."""


def undrilled(entries: Iterable[Entry], databases: Sequence[str]) -> list[BackupId]:
    """Return the backups of these databases that have no proof, or whose last drill could not be held."""
    waiting = [entry.manifest.id for entry in entries if is_undrilled(entry)]
    return [backup for backup in waiting if backup.database in databases][:MOST]


def is_undrilled(entry: Entry) -> bool:
    """Whether a backup has no proof, or its last drill could not be held."""
    return entry.proof is None or any(noted.code == _UNDONE for noted in entry.proof.noted)


def dispatch(client: "LambdaClient", function: str, at: datetime, backups: Iterable[BackupId]) -> list[str]:
    """Start a drill of each backup, and return their ids; raise ``NotStarted`` at the end if one was not."""
    started, failures = [], []
    for backup in backups:
        event = {"scheduled_at": timestamp(at), "database": backup.database, "backup": backup.text}
        try:
            client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
            started.append(backup.text)
        except (BotoCoreError, ClientError) as error:
            failures.append(f"{backup.text} ({code_of(error) or type(error).__name__})")
    if failures:
        raise NotStarted(f"these drills could not be started: {', '.join(failures)}")
    return started
