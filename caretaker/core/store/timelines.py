"""The timelines of incidents: what was told or noted, in the order of time."""

import json

from caretaker.core.incidents.notification import Notification
from caretaker.core.store.table import Table, incident_key, text

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
