"""What waits in the table to be told, as somebody sees it who does not tell it."""

from datetime import datetime

from caretaker.core.results import moment
from caretaker.core.store.table import DUE_INDEX, Table, text

_TO_BE_TOLD = ("outbox", "delivery")


def longest_wait(table: Table, now: datetime) -> float:
    """Return for how many seconds the oldest thing has been due that nobody has planned, sent or put off; 0 if none."""
    found = (_oldest(table, kind) for kind in _TO_BE_TOLD)
    return max((max(0.0, (now - due).total_seconds()) for due in found if due is not None), default=0.0)


def _oldest(table: Table, kind: str) -> datetime | None:
    answer = table.client.query(
        TableName=table.name,
        IndexName=DUE_INDEX,
        KeyConditionExpression="due = :due",
        ExpressionAttributeValues={":due": text(kind)},
        Limit=1,
    )
    return moment(answer["Items"][0]["due_at"]["S"]) if answer["Items"] else None
