"""Who was told of an incident: the channels that its end will be told to, and the timeline of messages.

Channels are added before anything is sent, so that no recovery is ever withheld from somebody who
may have heard of the outage.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from caretaker.core.results import timestamp
from caretaker.core.store.table import SCHEMA, Item, Table, incident_key, instant, key, number, text
from functions.notify.member import Member

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestOutputTypeDef, WriteRequestTypeDef

_TOLD = "told"
_BATCH = 25  # items that one BatchWriteItem takes
_TRIES = 4  # for items that were throttled


def channels(table: Table, incidents: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return for each incident the names of the channels that were told of it."""
    found = table.get((incident_key(incident), _TOLD) for incident in incidents)
    return {pk.partition("#")[2]: frozenset(item.get("channels", {}).get("SS", [])) for (pk, _), item in found.items()}


def add(table: Table, incident: str, names: Iterable[str]) -> None:
    """Remember that these channels are told of an incident; adding one twice changes nothing."""
    table.client.update_item(
        TableName=table.name,
        Key=key(incident_key(incident), _TOLD),
        UpdateExpression="ADD channels :names",
        ExpressionAttributeValues={":names": {"SS": sorted(names)}},
    )


def write_down(table: Table, members: Iterable[Member], entry: Mapping[str, str], now: datetime) -> None:
    """Add to each incident's timeline who was told what, and when."""
    requests: list[WriteRequestTypeDef] = [
        {"PutRequest": {"Item": _item(member, entry, now)}}
        for member in {(member.incident, member.event): member for member in members}.values()
    ]
    for start in range(0, len(requests), _BATCH):
        left: Sequence[WriteRequestTypeDef | WriteRequestOutputTypeDef] = requests[start : start + _BATCH]
        for _ in range(_TRIES):
            answer = table.client.batch_write_item(RequestItems={table.name: left})
            left = answer["UnprocessedItems"].get(table.name, [])
            if not left:
                break


def _item(member: Member, entry: Mapping[str, str], now: datetime) -> Item:
    channel = entry["channel"]
    return {
        "pk": text(incident_key(member.incident)),
        "sk": text(f"{timestamp(member.at)}#{member.event}#told#{channel}"),
        "schema": number(SCHEMA),
        "entry": text(json.dumps({"event": "told", "at": instant(now), "of": str(member.event), **entry})),
    }
