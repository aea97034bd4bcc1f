"""Makes moto, and its DynamoDB above all, quick enough to run a thousand checks against.

moto copies the whole table once for each action of a transaction, to be able to undo it, and looks at ten
possible members of every value that it gives back: minutes and seconds where DynamoDB takes
milliseconds. At each call it looks through its own folder for the service, and lists the methods of a class, which
stay the same. What is put in place here gives the same results.
"""

# There is no public way to these parts of moto; its version is pinned

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from moto.core import responses
from moto.core.serialize import BaseJSONSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

Action = Mapping[str, Mapping[str, Any]]  # one action of a transaction, as a client words it


@dataclass(frozen=True, slots=True)
class _Before:
    """What was under a key before a transaction."""

    table: Table
    hash_key: DynamoType
    range_key: DynamoType | None
    item: Item | None

    def restore(self) -> None:
        items: Any = self.table.items  # by hash key, and by range key below it where the table has one
        place, key = (items, self.hash_key) if self.range_key is None else (items[self.hash_key], self.range_key)
        if self.item is None:
            place.pop(key, None)
        else:
            place[key] = self.item


def fit_moto() -> None:
    """Put quick ways in the place of moto's slow ones, in this process."""
    _undo_transactions_by_key()
    _serialise_values_directly()
    _know_services_by_host()
    responses.method_names_from_class = cache(method_names_from_class)  # type: ignore[attr-defined]  # it calls it so


def _undo_transactions_by_key() -> None:
    carry_out = DynamoDBBackend.transact_write_items
    in_transaction: list[bool] = []

    def transact(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
        before = [one for action in transact_items if (one := _before(backend, action)) is not None]
        shards = {id(one.table): (one.table, _length(one.table)) for one in before}
        in_transaction.append(True)
        try:
            carry_out(backend, transact_items)
        except BaseException:
            for one in before:
                one.restore()
            for table, length in shards.values():
                if table.stream_shard is not None:
                    del table.stream_shard.items[length:]
            raise
        finally:
            in_transaction.pop()

    def copied(table: Table, memo: dict[int, Any]) -> Table:
        if in_transaction:
            return table  # what moto puts back after a failure: restored by ``transact``
        result: Table = object.__new__(table.__class__)
        memo[id(table)] = result
        result.__dict__.update(copy.deepcopy(table.__dict__, memo))
        return result

    DynamoDBBackend.transact_write_items = transact  # type: ignore[assignment]  # mypy binds it twice
    Table.__deepcopy__ = copied  # type: ignore[attr-defined]


def _before(backend: DynamoDBBackend, action: Action) -> _Before | None:
    """Return what is under an action's key, None for an action that moto will refuse."""
    operation = next(iter(action.values()), {})
    table = backend.tables.get(operation.get("TableName", ""))
    key = operation.get("Item", operation.get("Key", {}))
    if table is None or table.hash_key_attr not in key:
        return None
    hash_key, range_key = DynamoType(key[table.hash_key_attr]), None
    if table.range_key_attr is not None:
        if table.range_key_attr not in key:
            return None
        range_key = DynamoType(key[table.range_key_attr])
    return _Before(table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key)))


def _length(table: Table) -> int:
    return 0 if table.stream_shard is None else len(table.stream_shard.items)


def _serialise_values_directly() -> None:
    serialise = BaseJSONSerializer._serialize_type_structure

    def structure(serializer: BaseJSONSerializer, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if shape.name == "AttributeValue" and isinstance(value, dict):
            serializer._default_serialize(serialized, _attribute(serializer, value), shape, key)
        else:
            serialise(serializer, serialized, value, shape, key)

    BaseJSONSerializer._serialize_type_structure = structure  # type: ignore[assignment]  # mypy binds it twice


def _know_services_by_host() -> None:
    find = DomainDispatcherApplication.get_backend_for_host
    known: dict[str | None, Any] = {}

    def found(application: DomainDispatcherApplication, host: str | None) -> Any:
        if host not in known:
            known[host] = find(application, host)
        return known[host]

    DomainDispatcherApplication.get_backend_for_host = found  # type: ignore[assignment]  # mypy binds it twice


def _attribute(serializer: BaseJSONSerializer, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return an attribute's value as JSON has it."""
    return {kind: _content(serializer, kind, content) for kind, content in value.items() if content is not None}


def _content(serializer: BaseJSONSerializer, kind: str, content: Any) -> Any:
    match kind:
        case "B":
            return serializer._base64(content)
        case "BS":
            return [serializer._base64(one) for one in content]
        case "L":
            return [_attribute(serializer, one) for one in content]
        case "M":
            return {name: _attribute(serializer, one) for name, one in content.items()}
        case "NS" | "SS":
            return _texts(content)
        case "BOOL" | "NULL":
            return content
        case _:
            return str(content)


def _texts(content: Sequence[object]) -> list[str]:
    return [str(one) for one in content]
