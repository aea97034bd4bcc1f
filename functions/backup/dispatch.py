"""Sharing a run out: an invocation for each database, so that none can take another one's time or fail it."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.results import timestamp
from functions.backup.event import Asked

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class NotStarted(Exception):
    """Some backups could not be started; the message names their databases, and why."""


def dispatch(client: "LambdaClient", function: str, asked: Asked, databases: Iterable[str]) -> list[str]:
    """Start a backup of each database, and return their names; raise ``NotStarted`` at the end if one was not."""
    started, failures = [], []
    for database in databases:
        event = {"scheduled_at": timestamp(asked.at), "database": database}
        payload = json.dumps(event | ({"dry_run": True} if asked.dry_run else {})).encode()
        try:
            client.invoke(FunctionName=function, InvocationType="Event", Payload=payload)
            started.append(database)
        except (BotoCoreError, ClientError) as error:
            failures.append(f"{database} ({_reason(error)})")
    if failures:
        raise NotStarted(f"these backups could not be started: {', '.join(failures)}")
    return started


def _reason(error: BotoCoreError | ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else type(error).__name__
