"""What starts notify: new items of the outbox, or the time to sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from caretaker.core.event import scheduled
from caretaker.core.store.table import OUTBOX
from functions.notify.outbox import group_of


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item that the stream tells of: its group, and the number of its record."""

    group: str
    sequence: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """Look for all that is left over, and remind of what is open. ``at`` is the time it was scheduled for."""

    at: datetime


def work(event: object) -> Sequence[NewItem] | Sweep:
    """Return what an event asks for; raise ``EventError`` if it asks for nothing that is known."""
    if isinstance(event, Mapping) and isinstance(event.get("Records"), list):
        items = (_item(record) for record in event["Records"])
        return [item for item in items if item]
    return Sweep(scheduled(event).at)


def _item(record: Any) -> NewItem | None:
    """Return the item of a stream record, None for one that is no new item of the outbox."""
    try:
        keys = record["dynamodb"]["Keys"]
        if keys["pk"]["S"] != OUTBOX or record.get("eventName") != "INSERT":
            return None
        return NewItem(group_of(keys["sk"]["S"]), record["dynamodb"]["SequenceNumber"])
    except (KeyError, TypeError):
        return None
