"""What functions have put down to be told."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from caretaker.core.results import moment
from caretaker.core.store.table import DUE_INDEX, OUTBOX, Item, Table, expires_at, instant, key, refuse_newer, text
from functions.notify.member import Member, member

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True)
class Part:
    """One item of the outbox. ``planned`` is the batch it was planned in, None if it was not yet.

    ``members`` is empty, and ``damaged`` says why, where what is stored cannot be read.
    """

    sk: str
    group: str
    closed: bool
    members: tuple[Member, ...]
    created_at: datetime
    due_at: datetime | None
    planned: str | None
    damaged: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What one message tells of: ``<scheduled_at>#<kind>#<severity>#<topic>``."""

    name: str
    severity: str
    topic: str


def group(name: str) -> Group:
    """Return a group from its name; raise ``ValueError`` if it is none."""
    _, _, severity, topic = name.split("#")
    return Group(name, severity, topic)


def group_of(sk: str) -> str:
    """Return the name of the group that an item of the outbox belongs to."""
    return sk.rpartition("#")[0]


def parts(table: Table, name: str) -> list[Part]:
    """Return the items of a group, read consistently; raise ``NewerItem``."""
    return [_part(item) for item in table.query(OUTBOX, starts_with=f"{name}#")]


def read(table: Table, sks: Iterable[str]) -> list[Part]:
    """Return the items with these sort keys, as far as they exist, in their order; raise ``NewerItem``."""
    found = table.get((OUTBOX, sk) for sk in sks)
    return [_part(item) for _, item in sorted(found.items())]


def due_groups(table: Table, now: datetime) -> list[str]:
    """Return the groups that have something which should have been planned by now, oldest first."""
    pages = table.client.get_paginator("query").paginate(
        TableName=table.name,
        IndexName=DUE_INDEX,
        KeyConditionExpression="due = :due AND due_at <= :now",
        ExpressionAttributeValues={":due": text("outbox"), ":now": text(instant(now))},
    )
    names = {group_of(item["sk"]["S"]) for page in pages for item in page["Items"]}
    return sorted(names)


def mark_planned(table: Table, part: Part, batch: str, now: datetime) -> "TransactWriteItemTypeDef":
    """Return the action that takes a part out of what is due, unless somebody else has."""
    return {
        "Update": {
            "TableName": table.name,
            "Key": key(OUTBOX, part.sk),
            "UpdateExpression": "SET planned_at = :now, #batch = :batch, expires_at = :expiry REMOVE due, due_at",
            "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(planned_at)",
            "ExpressionAttributeNames": {"#batch": "batch"},
            "ExpressionAttributeValues": {
                ":now": text(instant(now)),
                ":batch": text(batch),
                ":expiry": expires_at(now),
            },
        }
    }


def is_complete(found: Sequence[Part], now: datetime) -> bool:
    """Whether nothing more of a group is to be expected, or has been waited for long enough."""
    waited = [part for part in found if part.planned is None and part.due_at and part.due_at <= now]
    return any(part.closed for part in found) or bool(waited)


def _part(item: Item) -> Part:
    # Planned as far as it can be read, it would count as told: left alone, it waits for who can read it.
    refuse_newer(item, f"the outbox's {item['sk']['S']}")
    members: tuple[Member, ...] = ()
    damaged = ""
    try:
        members = tuple(member(stored) for stored in json.loads(item["members"]["S"]))
    except (KeyError, TypeError, ValueError) as error:
        damaged = f"{type(error).__name__}: {error}"
    return Part(
        sk=item["sk"]["S"],
        group=group_of(item["sk"]["S"]),
        closed=item.get("closed", {}).get("BOOL", True),
        members=members,
        created_at=_time(item, "created_at") or moment("1970-01-01T00:00:00Z"),
        due_at=_time(item, "due_at"),
        planned=item["batch"]["S"] if "planned_at" in item else None,
        damaged=damaged,
    )


def _time(item: Item, name: str) -> datetime | None:
    try:
        return moment(item[name]["S"])
    except (KeyError, ValueError):
        return None
