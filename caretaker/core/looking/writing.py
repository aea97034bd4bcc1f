"""Writing a run down: the changes that it makes, what it tells, and its place in the history."""

from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.incidents.notification import Notification
from caretaker.core.looking.verdicts import Verdicts
from caretaker.core.store import changes, history, rollups
from caretaker.core.store.states import Loaded
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger

ROLLING_UP = 2  # hours after midnight in which a day that is missing is summed up


def write_down(
    table: Table, run: changes.Run, came_to: Verdicts, known: Loaded, *, share: int = 0
) -> list[Notification]:
    """Write what a run came to, and return what is told. States that cannot be read are left alone."""
    readable = [decision for decision in came_to.decisions if decision.state.check not in known.unreadable]
    try:
        told = changes.commit(table, run, readable, came_to.again)
    finally:
        history.record(table, run.kind, run.scheduled_at, came_to.results, share=share)
    if share == 0:
        _roll_up_yesterday(table, run.kind, run.scheduled_at)
    return told


def last_good(table: Table, kind: str, at: datetime) -> dict[str, datetime]:
    """Return when the checks of a kind were good last, as far as that can be read."""
    try:
        return history.last_good(table, kind, at)
    except (BotoCoreError, ClientError) as failure:
        # The last good time is a courtesy of the message: an alarm must not wait for it.
        logger.warning("the last good times could not be read", metadata={"error": type(failure).__name__})
        return {}


def _roll_up_yesterday(table: Table, kind: str, at: datetime) -> None:
    """Sum yesterday up, in the first runs of a day, unless that is done; without a rollup it is only slower to read."""
    yesterday = at - timedelta(days=1)
    if at.hour >= ROLLING_UP:
        return
    try:
        if not rollups.exists(table, kind, yesterday):
            rollups.build(table, kind, yesterday)
    except (BotoCoreError, ClientError) as failure:
        logger.warning("yesterday could not be summed up", metadata={"error": type(failure).__name__})
