"""Sharing a run out: a backup of each database."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from caretaker.core.results import timestamp
from caretaker.core.sharing_out import start_each
from functions.backup.event import Asked

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def dispatch(client: "LambdaClient", function: str, asked: Asked, databases: Iterable[str]) -> list[str]:
    """Start a backup of each database, and return their names; raise ``NotStarted`` at the end if one was not."""
    event = {"scheduled_at": timestamp(asked.at)} | ({"dry_run": True} if asked.dry_run else {})
    return start_each(client, function, "backups", [(name, {**event, "database": name}) for name in databases])
