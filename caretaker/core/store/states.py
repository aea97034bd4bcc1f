"""The states of checks, as they are kept in the table."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from caretaker.core.incidents.reminding import REMINDED
from caretaker.core.incidents.state import State
from caretaker.core.store.table import DUE_INDEX, SCHEMA, Item, Table, instant, number, state_key, text, written_newer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True)
class Loaded:
    """The states of checks by their names, and why others cannot be read: the reason by the name of the check."""

    states: dict[str, State]
    unreadable: dict[str, str]

    def only(self, is_wanted: Callable[[str], bool]) -> "Loaded":
        """Return those of some checks."""
        return Loaded(
            {check: state for check, state in self.states.items() if is_wanted(check)},
            {check: reason for check, reason in self.unreadable.items() if is_wanted(check)},
        )

    def __or__(self, other: "Loaded") -> "Loaded":
        return Loaded(self.states | other.states, self.unreadable | other.unreadable)


_REMINDER = "reminder"


class UnreadableState(Exception):
    """A state cannot be read; the message says which and why."""


def load(table: Table, kind: str) -> Loaded:
    """Return the states of a kind; who is missing is in order.

    One that cannot be read must not keep the others from being watched.
    """
    loaded = Loaded({}, {})
    for item in table.query(state_key(kind)):
        check = f"{kind}/{item['sk']['S']}"
        try:
            loaded.states[check] = _state(item)
        except UnreadableState as unreadable:
            loaded.unreadable[check] = str(unreadable)
    return loaded


def reload(table: Table, checks: Iterable[str]) -> dict[str, State]:
    """Return the present states of these checks, a fresh one for each that has no item."""
    wanted = list(checks)
    items = table.get(_key(check) for check in wanted)
    return {check: _state(items[_key(check)]) if _key(check) in items else State(check) for check in wanted}


def write(table: Table, state: State) -> "TransactWriteItemTypeDef":
    """Return the action that writes a state if nobody has since it was read. ``state.version`` is the one read."""
    kind, name = _key(state.check)
    stored = state.to_json() | {"version": state.version + 1}
    put: PutTypeDef = {
        "TableName": table.name,
        "Item": {
            "pk": text(kind),
            "sk": text(name),
            "schema": number(SCHEMA),
            "version": number(state.version + 1),
            "state": text(json.dumps(stored, separators=(",", ":"))),
            **_due(state),
        },
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    if state.version:
        put["ConditionExpression"] = "version = :read"
        put["ExpressionAttributeValues"] = {":read": number(state.version)}
    return {"Put": put}


def open_since(table: Table, told_before: datetime) -> list[str]:
    """Return the checks with an urgent open incident that nobody was told of since then, longest ago first."""
    pages = table.client.get_paginator("query").paginate(
        TableName=table.name,
        IndexName=DUE_INDEX,
        KeyConditionExpression="due = :due AND due_at <= :told",
        ExpressionAttributeValues={":due": text(_REMINDER), ":told": text(instant(told_before))},
    )
    return [f"{item['pk']['S'].partition('#')[2]}/{item['sk']['S']}" for page in pages for item in page["Items"]]


def _due(state: State) -> Item:
    """Return what makes a state findable for reminders: when people were told of its incident last."""
    incident = state.incident
    if incident is None or incident.told_at is None or incident.severity not in REMINDED:
        return {}
    return {"due": text(_REMINDER), "due_at": text(instant(incident.told_at))}


def _key(check: str) -> tuple[str, str]:
    kind, _, name = check.partition("/")
    return state_key(kind), name


def _state(item: Item) -> State:
    name = item["sk"]["S"]
    if newer := written_newer(item, f"the state of {name}"):
        raise UnreadableState(newer)
    try:
        return State.from_json(json.loads(item["state"]["S"]))
    except (KeyError, TypeError, ValueError) as damage:
        raise UnreadableState(
            f"the state of {name} is damaged ({type(damage).__name__}): delete the item "
            f"{item['pk']['S']} / {name} of the table, and the check begins anew"
        ) from damage
