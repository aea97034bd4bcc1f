"""The deliveries in the table: each change is written only over the version that it was made from."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from caretaker.core.store.table import DUE_INDEX, Item, Table, expires_at, instant, key, number, text
from functions.notify.delivery import Delivery, Key, State, from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, TransactWriteItemTypeDef


class Unreadable(Exception):
    """A stored delivery cannot be read; the message names it."""


def read(table: Table, wanted: Iterable[Key]) -> dict[Key, Delivery]:
    """Return the deliveries that exist under these keys, read consistently."""
    return {Key(*found): _delivery(item) for found, item in table.get(wanted).items()}


def of_group(table: Table, pk: str) -> list[Key]:
    """Return the keys of the unfinished deliveries of a group."""
    return [Key(pk, item["sk"]["S"]) for item in table.query(pk) if "due" in item]


def save(table: Table, *changed: Delivery) -> None:
    """Write new or changed deliveries, all or none; raise ``Conflict`` if somebody changed one of them first."""
    table.transact([write(table, delivery) for delivery in changed])


def write(table: Table, delivery: Delivery) -> "TransactWriteItemTypeDef":
    """Return the action that writes a delivery over the version it was made from, 0 for none."""
    put: PutTypeDef = {
        "TableName": table.name,
        "Item": to_item(replace(delivery, version=delivery.version + 1)),
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    if delivery.version:
        put["ConditionExpression"] = "version = :read"
        put["ExpressionAttributeValues"] = {":read": number(delivery.version)}
    return {"Put": put}


def due(table: Table, what: str, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the keys of everything that is due of ``outbox`` or of ``delivery``, the longest waiting first."""
    pages = table.client.get_paginator("query").paginate(
        TableName=table.name,
        IndexName=DUE_INDEX,
        KeyConditionExpression="due = :what AND due_at <= :now",
        ExpressionAttributeValues={":what": text(what), ":now": text(instant(now))},
    )
    for page in pages:
        for item in page["Items"]:
            yield item["pk"]["S"], item["sk"]["S"]


def set_aside(table: Table, unreadable: Key, now: datetime) -> None:
    """Mark a delivery that cannot be read as failed, so that it is not tried for ever."""
    table.client.update_item(
        TableName=table.name,
        Key=key(*unreadable),
        UpdateExpression="SET #state = :failed, #error = :error, expires_at = :expires REMOVE due",
        ExpressionAttributeNames={"#state": "state", "#error": "error"},
        ExpressionAttributeValues={
            ":failed": text(State.FAILED),
            ":error": text("could not be read"),
            ":expires": expires_at(now),
        },
    )


def _delivery(item: Item) -> Delivery:
    try:
        return from_item(item)
    except (KeyError, TypeError, ValueError) as wrong:
        name = f"{item['pk']['S']} {item['sk']['S']}"
        raise Unreadable(f"the delivery {name} cannot be read: {type(wrong).__name__} {wrong}") from wrong
