"""What a call of DynamoDB is charged for: the units of reading and writing, from what was sent and what came back.

Sizes are those of the items that the call holds; an update and a deletion, whose item it does not hold, count as one
of at most 1 kB. Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
and, for sizes, CapacityUnitCalculations.html beside it.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from caretaker.local.endpoint.request import AwsRequest

_READ = 4096
_WRITE = 1024
_INDEXED = "due"  # the attribute that puts an item into the table's index, which is written as well


@dataclass(frozen=True, slots=True)
class Units:
    """Request units of a table on demand."""

    reads: float = 0.0
    writes: float = 0.0


NONE = Units()


def units(request: AwsRequest, reply: bytes) -> Units:
    """Return what a call that was carried out is charged for, nothing for other services."""
    if request.service != "dynamodb":
        return NONE
    asked = request.parameters
    match request.action:
        case "Query":
            read = sum(map(size, _answer(reply).get("Items", [])))
            return Units(reads=max(1, ceil(read / _READ)) * (1 if asked.get("ConsistentRead") else 0.5))
        case "GetItem":
            return Units(reads=max(1, ceil(size(_answer(reply).get("Item", {})) / _READ)))
        case "BatchGetItem":
            return _of_batch(asked, _answer(reply))
        case "PutItem":
            return Units(writes=_written(asked.get("Item", {})))
        case "UpdateItem" | "DeleteItem":
            return Units(writes=1)
        case "BatchWriteItem":
            puts = [one for requests in asked.get("RequestItems", {}).values() for one in requests]
            return Units(writes=sum(_written(one.get("PutRequest", {}).get("Item", {})) for one in puts))
        case "TransactWriteItems":
            return Units(writes=sum(_transacted(action) for action in asked.get("TransactItems", [])))
        case _:
            return NONE


def size(item: Mapping[str, Any]) -> int:
    """Return the size of an item in bytes, its attributes' names included."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(typed: Mapping[str, Any]) -> int:
    [(kind, value)] = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return len(value) // 2 + 1
        case "B":
            return len(base64.b64decode(value))
        case "L":
            return 3 + sum(1 + _value(part) for part in value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value(part) for name, part in value.items())
        case _:
            return 1


def _of_batch(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> Units:
    wanted = sum(len(keys["Keys"]) for keys in asked.get("RequestItems", {}).values())
    found: Iterable[Any] = [item for items in answer.get("Responses", {}).values() for item in items]
    large = sum(max(1, ceil(size(item) / _READ)) - 1 for item in found)
    return Units(reads=wanted + large)


def _transacted(action: Mapping[str, Any]) -> float:
    item = action.get("Put", {}).get("Item", {})
    return 2 * max(1, ceil(size(item) / _WRITE)) + (_INDEXED in item)


def _written(item: Mapping[str, Any]) -> float:
    return max(1, ceil(size(item) / _WRITE)) + (_INDEXED in item)


def _answer(reply: bytes) -> Any:
    try:
        return json.loads(reply)
    except ValueError:
        return {}
