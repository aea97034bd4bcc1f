"""What has no date of expiry: timelines of incidents, and leases of drills that were killed.

Open incidents keep their timelines; those of others go before the index. The index of incidents is kept for 400 days.
What ended longer ago than 390 days is still in it, and is forgotten.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from caretaker.archive.identity import BackupId
from caretaker.archive.unfinished import drill_of
from caretaker.core.store import incident_index, leases
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


def forget_drills(table: Table, gone: Iterable[BackupId], now: datetime) -> None:
    """Give back what killed drills have left of backups that are no more: nobody would ask for it again."""
    for lease in leases.abandoned(table, [drill_of(backup.text) for backup in gone], now):
        leases.give_back(table, lease)


def _ended(table: Table, before: datetime) -> Iterator[str]:
    for change in incident_index.changes(table, before - _LOOKED_BACK, before):
        if change.event in _ENDS and before - _LOOKED_BACK <= change.at < before:
            yield change.incident
