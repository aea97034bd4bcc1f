"""What is written beside a run's own work: where that fails it is logged, and must not hide what the run came to."""

from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.store import leases, requests
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger


def give_back(table: Table, lease: leases.Lease) -> None:
    """Give a lease back; it runs out by itself otherwise."""
    try:
        leases.give_back(table, lease)
    except (BotoCoreError, ClientError) as failure:
        logger.warning("the lease could not be given back", metadata={"error": type(failure).__name__})


def note(table: Table, request: str, progress: requests.Progress, now: datetime) -> None:
    """Tell whoever asked how far a request is; an empty ``request`` is nobody's."""
    if not request:
        return
    try:
        requests.note(table, request, progress, now)
    except (BotoCoreError, ClientError) as failure:
        logger.warning("a request's progress could not be noted", metadata={"error": type(failure).__name__})
