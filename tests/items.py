"""All that a table holds: taken down, and put back for another try from the same beginning."""

from collections.abc import Iterator, Sequence
from typing import Any

from caretaker.core.store.table import Item, Table

_BATCH_WRITE = 25  # actions that one BatchWriteItem takes


def stored(table: Table) -> list[Item]:
    """Return every item of a small table."""
    return [dict(item) for item in table.client.scan(TableName=table.name)["Items"]]


def put_back(table: Table, items: Sequence[Item] = ()) -> None:
    """Let a small table hold these items and no other."""
    kept = {_place(item) for item in items}
    actions: list[Any] = [{"PutRequest": {"Item": item}} for item in items]
    there = [item for item in stored(table) if _place(item) not in kept]
    actions += [{"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}} for item in there]
    for batch in _batches(actions):
        assert not table.client.batch_write_item(RequestItems={table.name: batch})["UnprocessedItems"]


def _batches(actions: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(actions), _BATCH_WRITE):
        yield actions[start : start + _BATCH_WRITE]


def _place(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]
