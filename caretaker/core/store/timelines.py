"""The timelines of incidents: what was told or noted, in the order of time."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from caretaker.core.durations import spoken
from caretaker.core.incidents.notification import Notification
from caretaker.core.results import moment, timestamp
from caretaker.core.store.table import SCHEMA, Item, Table, certificate_key, incident_key, text


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a timeline: when, what in a word, and more about it."""

    at: datetime
    what: str
    text: str

    def to_json(self) -> dict[str, str]:
        """Return the entry as ``caretaker incidents --json`` shows it."""
        return {"at": timestamp(self.at), "what": self.what, "text": self.text}


def entries(table: Table, incident: str) -> Iterator[Entry]:
    """Yield the timeline of an incident, in the order of time; what cannot be read says so."""
    found = [_entry(item) for item in table.query(incident_key(incident)) if "entry" in item]
    yield from sorted(found, key=lambda entry: entry.at)


def renewals(table: Table, check: str) -> Iterator[Entry]:
    """Yield the renewals of an endpoint's certificate, in the order of time; what cannot be read says so."""
    for item in table.query(certificate_key(check.partition("/")[2])):
        at = moment(item["sk"]["S"].partition("#")[0])
        try:
            stored = json.loads(item["entry"]["S"])
            yield Entry(at, stored["event"], f"{_served(stored['old'])} was replaced by {_served(stored['new'])}")
        except (KeyError, TypeError, ValueError) as damage:
            yield Entry(at, "?", f"this entry is damaged ({type(damage).__name__})")


def _served(certificate: Mapping[str, str]) -> str:
    issuer = f" by {certificate['organization']}" if certificate["organization"] else ""
    return f"{certificate['fingerprint'][:16]}{issuer} until {moment(certificate['not_after']):%Y-%m-%d}"


def _entry(item: Item) -> Entry:
    at = moment(item["sk"]["S"].partition("#")[0])
    if int(item["schema"]["N"]) > SCHEMA:
        return Entry(at, "?", "written by a newer version of Caretaker")
    try:
        stored = json.loads(item["entry"]["S"])
        if stored.get("event") == "told":
            return Entry(moment(stored["at"]), "told", f"{stored['channel']}, {stored['of']}: {stored['outcome']}")
        told = Notification.from_json(stored)
    except (KeyError, ValueError) as damage:
        return Entry(at, "?", f"this entry is damaged ({type(damage).__name__})")
    return Entry(told.at, str(told.event), _text(told))


def _text(told: Notification) -> str:
    parts = [f"{told.check} {told.status}, {told.severity}: {told.summary}"]
    if told.has_ended:
        parts.append(f"lasted {spoken(int((told.at - told.since).total_seconds()))}")
    if told.suppressed_by:
        parts.append(f"nobody was told, for {told.suppressed_by} was bad")
    return "; ".join([*parts, told.note] if told.note else parts)


_ENOUGH = 50  # entries: what was said to which channel stands between two notifications


def last_noted(table: Table, incident: str) -> Notification | None:
    """Return the last notification in an incident's timeline, None if there is none that can be read."""
    items = table.client.query(
        TableName=table.name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": text(incident_key(incident))},
        ScanIndexForward=False,
        Limit=_ENOUGH,
        ConsistentRead=True,
    )["Items"]
    for item in items:
        try:
            return Notification.from_json(json.loads(item["entry"]["S"]))
        except (KeyError, ValueError):
            continue  # who was told of it, or an entry of another version
    return None
