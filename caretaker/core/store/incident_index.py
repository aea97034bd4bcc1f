"""The index of incidents: what happened to which, month by month, so that they can be listed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from caretaker.core.availability import Change
from caretaker.core.incidents.notification import Notification
from caretaker.core.results import Status, moment, timestamp
from caretaker.core.store.table import SCHEMA, Item, Table, key, number, packed, unpacked

_KEPT = timedelta(days=400)
_SUMMARY = 200  # characters


def entry(kind: str, at: datetime, notifications: Iterable[Notification]) -> Item:
    """Return the item that notes what became of some incidents in a run; the same for the same ones."""
    rows = [
        [
            str(one.event),
            one.incident,
            one.check,
            str(one.status),
            str(one.severity),
            timestamp(one.since),
            timestamp(one.at),
            one.summary[:_SUMMARY],
        ]
        for one in notifications
    ]
    name = hashlib.sha256("\n".join(f"{row[0]} {row[1]}" for row in rows).encode()).hexdigest()[:16]
    return {
        **key(_key(at), f"{timestamp(at)}#{kind}#{name}"),
        "schema": number(SCHEMA),
        "changes": packed(json.dumps(rows, separators=(",", ":"))),
        "expires_at": number(int((at + _KEPT).timestamp())),
    }


def changes(table: Table, begin: datetime, end: datetime) -> Iterator[Change]:
    """Yield what happened to incidents in the months from one time to another, oldest first.

    An entry that cannot be read, for a newer version wrote it, is left out.
    """
    month = begin.astimezone(UTC).replace(day=1)
    while _key(month) <= _key(end):
        for item in table.query(_key(month)):
            if int(item["schema"]["N"]) <= SCHEMA:
                yield from (_change(row) for row in json.loads(unpacked(item["changes"])))
        month = (month + timedelta(days=32)).replace(day=1)


def _change(row: list[str]) -> Change:
    event, incident, check, status, severity, since, at, summary = row
    return Change(event, incident, check, Status(status), severity, moment(since), moment(at), summary)


def _key(at: datetime) -> str:
    return f"CHANGES#{at.astimezone(UTC):%Y-%m}"
