"""The outbox: what runs wrote to be told, in groups of parts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from caretaker.core.results import moment
from caretaker.core.store.table import OUTBOX, SCHEMA, Item, Table, expires_at, instant, key, text
from functions.notify.member import Malformed, Member, member

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Part:
    """One item of the outbox. ``faults`` says what of it cannot be read; ``batch`` is empty until it is planned.

    ``due_at`` is when its group is planned even if it is not complete. ``size`` is in bytes.
    """

    sk: str
    closed: bool
    planned: bool
    members: tuple[Member, ...]
    faults: tuple[str, ...]
    created_at: datetime
    due_at: datetime
    batch: str
    size: int

    @property
    def group(self) -> str:
        """The group that this is a part of."""
        return group_of(self.sk)


def group_of(sk: str) -> str:
    """Return the group that an outbox item belongs to, from its sort key."""
    return sk.rpartition("#")[0]


def topic_of(group: str) -> str:
    """Return whether a group tells of an ``alarm`` or of an ``update``."""
    return group.rpartition("#")[2]


def scheduled_at_of(group: str) -> datetime:
    """Return the time of the run that wrote a group; an unreadable one counts as long ago."""
    try:
        return moment(group.partition("#")[0])
    except ValueError:
        return _LONG_AGO


def parts_of(table: Table, group: str) -> list[Part]:
    """Return all parts of a group, planned or not."""
    return [part(item) for item in table.query(OUTBOX, starts_with=f"{group}#") if group_of(item["sk"]["S"]) == group]


def parts_at(table: Table, sks: Iterable[str]) -> dict[str, Part]:
    """Return the parts that exist under these sort keys."""
    found = table.get((OUTBOX, sk) for sk in sks)
    return {sk: part(item) for (_, sk), item in found.items()}


def part(item: Item) -> Part:
    """Return the part that an item holds. What cannot be read of it becomes a fault, never an error."""
    sk = item["sk"]["S"]
    stored = item.get("members", {}).get("S", "")
    created_at = _time(item, "created_at") or scheduled_at_of(group_of(sk))
    members, faults = _members(item, stored)
    return Part(
        sk=sk,
        closed=bool(item.get("closed", {}).get("BOOL")),
        planned="due" not in item,
        members=members,
        faults=faults,
        created_at=created_at,
        due_at=_time(item, "due_at") or created_at,
        batch=item.get("batch", {}).get("S", ""),
        size=len(stored.encode("utf-8", "replace")),
    )


def planned(table: Table, sk: str, batch: str, now: datetime) -> "TransactWriteItemTypeDef":
    """Return the action that marks a part as planned, if nobody has done so before."""
    return {
        "Update": {
            "TableName": table.name,
            "Key": key(OUTBOX, sk),
            "UpdateExpression": "SET planned_at = :now, batch = :batch, expires_at = :expires REMOVE due, due_at",
            "ConditionExpression": "attribute_exists(due)",
            "ExpressionAttributeValues": {
                ":now": text(instant(now)),
                ":batch": text(batch),
                ":expires": expires_at(now),
            },
        }
    }


def is_complete(parts: Iterable[Part], now: datetime) -> bool:
    """Whether a group's unplanned parts are to be planned: it is closed, or has waited long enough."""
    return any(part.closed or (not part.planned and part.due_at <= now) for part in parts)


def _members(item: Item, stored: str) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    schema = item.get("schema", {}).get("N", "")
    if schema != str(SCHEMA):
        return (), (f"its schema is {schema or 'missing'}, this version of Caretaker reads {SCHEMA}",)
    try:
        listed = json.loads(stored)
    except ValueError:
        return (), ("its members are not JSON",)
    if not isinstance(listed, list):
        return (), ("its members are not a list",)
    members, faults = [], []
    for index, entry in enumerate(listed):
        try:
            members.append(member(entry))
        except Malformed as fault:
            faults.append(f"member {index + 1}: {fault}")
    return tuple(members), tuple(faults)


def _time(item: Item, name: str) -> datetime | None:
    try:
        return moment(item[name]["S"])
    except (KeyError, TypeError, ValueError):
        return None
