"""Timelines of incidents: they have no date of expiry, as open incidents keep theirs; they go before the index.

The index of incidents is kept for 400 days. What ended longer ago than 390 days is still in it, and is forgotten.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from caretaker.core.store import incident_index
from caretaker.core.store.table import Table, incident_key, key

_KEPT = timedelta(days=390)
_LOOKED_BACK = timedelta(days=8)  # so many days without a cleanup are made up for
_ENDS = ("resolved", "unwatched")


def forget(table: Table, now: datetime) -> int:
    """Delete the timelines of incidents that ended so long ago; return how many entries went."""
    gone = 0
    for incident in sorted(set(_ended(table, now - _KEPT))):
        for item in list(table.query(incident_key(incident))):
            table.client.delete_item(TableName=table.name, Key=key(item["pk"]["S"], item["sk"]["S"]))
            gone += 1
    return gone


def _ended(table: Table, before: datetime) -> Iterator[str]:
    for change in incident_index.changes(table, before - _LOOKED_BACK, before):
        if change.event in _ENDS and before - _LOOKED_BACK <= change.at < before:
            yield change.incident
