"""One message to one channel, and what has become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from caretaker.core.results import moment
from caretaker.core.store.table import (
    DUE_INDEX,
    SCHEMA,
    Item,
    Table,
    delivery_key,
    expires_at,
    instant,
    key,
    number,
    refuse_newer,
    text,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef, UpdateTypeDef

Key = tuple[str, str]


class Progress(StrEnum):
    """Where a delivery stands; the last three are final."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way. ``parts`` are items of the outbox; ``incidents`` those of its members that it tells of.

    ``after`` are the deliveries that must be settled first, for they tell of the same incidents on the
    same channel. ``instead_of`` is the channel that this one stands in for. ``escalated`` says that
    the fallback was asked to stand in for this one. ``withheld`` counts the messages that waited for the
    channel's tokens and that this one tells of; ``into`` is the delivery that tells of a merged one.
    """

    group: str
    sk: str
    channel: str
    parts: tuple[str, ...]
    incidents: tuple[str, ...]
    after: tuple[Key, ...]
    created_at: datetime
    due_at: datetime
    progress: Progress = Progress.PENDING
    attempts: int = 0
    instead_of: str = ""
    escalated: bool = False
    withheld: int = 0
    into: Key | None = None

    @property
    def key(self) -> Key:
        """The delivery's key in the table."""
        return delivery_key(self.group), self.sk

    @property
    def is_final(self) -> bool:
        """Whether nothing more is to be done."""
        return self.progress in (Progress.SENT, Progress.FAILED, Progress.MERGED)


def sort_key(channel: str, batch: str) -> str:
    """Return the sort key of a channel's delivery; a group that came in several batches has several."""
    return f"{channel}#{batch}" if batch else channel


def put(table: Table, delivery: Delivery) -> "TransactWriteItemTypeDef":
    """Return the action that creates a delivery, once."""
    item: Item = {
        **key(*delivery.key),
        "schema": number(SCHEMA),
        "group": text(delivery.group),
        "channel": text(delivery.channel),
        "parts": _list(delivery.parts),
        "incidents": _list(delivery.incidents),
        "after": {"L": [_list(blocker) for blocker in delivery.after]},
        "created_at": text(instant(delivery.created_at)),
        "progress": text(delivery.progress),
        "attempts": number(delivery.attempts),
        "instead_of": text(delivery.instead_of),
        "due": text("delivery"),
        "due_at": text(instant(delivery.due_at)),
    }
    return {"Put": {"TableName": table.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def read(table: Table, keys: Sequence[Key]) -> list[Delivery]:
    """Return the deliveries with these keys, as far as they exist, in the order of the keys; raise ``NewerItem``."""
    found = table.get(keys)
    return [_delivery(found[wanted]) for wanted in dict.fromkeys(keys) if wanted in found]


def due(table: Table, now: datetime) -> list[Key]:
    """Return the keys of what should have been sent by now, oldest first."""
    pages = table.client.get_paginator("query").paginate(
        TableName=table.name,
        IndexName=DUE_INDEX,
        KeyConditionExpression="due = :due AND due_at <= :now",
        ExpressionAttributeValues={":due": text("delivery"), ":now": text(instant(now))},
    )
    return sorted((item["pk"]["S"], item["sk"]["S"]) for page in pages for item in page["Items"])


def change(
    table: Table,
    delivery: Delivery,
    progress: Progress,
    *,
    now: datetime,
    due_at: datetime | None = None,
    extra: Mapping[str, Any] | None = None,
) -> "TransactWriteItemTypeDef":
    """Return the action that moves a delivery on, if it is still as it was read.

    Without ``due_at`` it is final, and nobody looks for it again.
    """
    values: Item = {
        ":progress": text(progress),
        ":now": text(instant(now)),
        ":was": text(delivery.progress),
        ":attempts": number(delivery.attempts),
        ":attempts_now": number(delivery.attempts + (progress is Progress.SENDING)),
    }
    assignments = ["progress = :progress", "changed_at = :now", "attempts = :attempts_now"]
    removed = ""
    if due_at is None:
        assignments.append("expires_at = :expiry")
        values[":expiry"] = expires_at(now)
        removed = " REMOVE due, due_at"
    else:
        assignments.append("due_at = :due_at")
        values[":due_at"] = text(instant(due_at))
    for name, value in (extra or {}).items():
        assignments.append(f"#{name} = :{name}")
        values[f":{name}"] = value
    update: UpdateTypeDef = {
        "TableName": table.name,
        "Key": key(*delivery.key),
        "UpdateExpression": "SET " + ", ".join(assignments) + removed,
        "ConditionExpression": "progress = :was AND attempts = :attempts",
        "ExpressionAttributeValues": values,
    }
    if extra:
        update["ExpressionAttributeNames"] = {f"#{name}": name for name in extra}
    return {"Update": update}


def claim(table: Table, one: Delivery, *, now: datetime, until: datetime) -> "TransactWriteItemTypeDef":
    """Return the action that takes a delivery for sending until a time, with all that it tells of."""
    told = {"parts": _list(one.parts), "incidents": _list(one.incidents), "withheld": number(one.withheld)}
    return change(table, one, Progress.SENDING, now=now, due_at=until, extra=told if one.withheld else None)


def merged_into(one: Delivery) -> Item:
    """Return what a merged delivery holds beside: the one that tells of it."""
    return {"into": _list(one.key)}


def _list(values: Sequence[str]) -> Item:
    return {"L": [text(value) for value in values]}


def _delivery(item: Item) -> Delivery:
    refuse_newer(item, f"the delivery {item['pk']['S']} / {item['sk']['S']}")
    return Delivery(
        group=item["group"]["S"],
        sk=item["sk"]["S"],
        channel=item["channel"]["S"],
        parts=_strings(item["parts"]),
        incidents=_strings(item["incidents"]),
        after=tuple(_key(_strings(blocker)) for blocker in item["after"]["L"]),
        created_at=moment(item["created_at"]["S"]),
        due_at=moment(item["due_at"]["S"] if "due_at" in item else item["created_at"]["S"]),
        progress=Progress(item["progress"]["S"]),
        attempts=int(item["attempts"]["N"]),
        instead_of=item["instead_of"]["S"],
        escalated=item.get("escalated", {}).get("BOOL", False),
        withheld=int(item.get("withheld", {}).get("N", 0)),
        into=_key(_strings(item["into"])) if "into" in item else None,
    )


def _key(stored: tuple[str, ...]) -> Key:
    pk, sk = stored
    return pk, sk


def _strings(attribute: Item) -> tuple[str, ...]:
    return tuple(value["S"] for value in attribute["L"])
