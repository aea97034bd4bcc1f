"""The states of checks, as they are kept in the table."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from caretaker.core.incidents.state import State
from caretaker.core.store.table import SCHEMA, Item, Table, number, state_key, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, TransactWriteItemTypeDef


class NewerSchema(Exception):
    """An item was written by a newer version of Caretaker; deploy that version, or a later one."""


def load(table: Table, kind: str) -> dict[str, State]:
    """Return the states of a kind by the name of their check; who is missing is in order."""
    states = (_state(item) for item in table.query(state_key(kind)))
    return {state.check: state for state in states}


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
        },
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    if state.version:
        put["ConditionExpression"] = "version = :read"
        put["ExpressionAttributeValues"] = {":read": number(state.version)}
    return {"Put": put}


def _key(check: str) -> tuple[str, str]:
    kind, _, name = check.partition("/")
    return state_key(kind), name


def _state(item: Item) -> State:
    if int(item["schema"]["N"]) > SCHEMA:
        raise NewerSchema(
            f"the state of {item['sk']['S']} has schema {item['schema']['N']}, this version of Caretaker knows {SCHEMA}"
        )
    return State.from_json(json.loads(item["state"]["S"]))
