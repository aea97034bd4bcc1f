"""The history: all results of a run in one compressed item.

A row is ``[name, status, milliseconds]``, with the codes of its findings behind it unless it is simply
``ok``; a blip has ``blip`` in front of its codes. Rows are sorted by name.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from caretaker.core.availability import Row, Run
from caretaker.core.results import Result, Status, moment, timestamp
from caretaker.core.store.table import (
    SCHEMA,
    Item,
    Table,
    expires_at,
    is_condition_failure,
    number,
    packed,
    run_key,
    text,
    unpacked,
)

_ROWS_PER_ITEM = 2_000  # an item takes 400 kB; two thousand failing rows take about 60
_ITEMS_PER_SHARE = 100
_LETTERS = {Status.OK: "o", Status.DEGRADED: "g", Status.DOWN: "d", Status.UNKNOWN: "u"}


_STATUSES = {letter: status for status, letter in _LETTERS.items()}


def record(table: Table, kind: str, at: datetime, results: Iterable[Result], *, share: int = 0) -> None:
    """Write a run's results, or those of one invocation that shares it; what was recorded already stays as it is."""
    rows = [_row(result) for result in sorted(results, key=lambda result: result.name)]
    for shard, start in enumerate(range(0, max(1, len(rows)), _ROWS_PER_ITEM)):
        item = _item(kind, at, share * _ITEMS_PER_SHARE + shard, rows[start : start + _ROWS_PER_ITEM])
        try:
            table.client.put_item(TableName=table.name, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except ClientError as error:
            if not is_condition_failure(error):
                raise


def runs(table: Table, kind: str, day: datetime, begin: datetime, end: datetime) -> Iterator[Run]:
    """Yield the runs of a day (UTC) from one time to before another, oldest first."""
    shards: dict[str, list[Row]] = {}
    for item in table.query(run_key(kind, day), consistent=False):
        at = item["sk"]["S"].partition("#")[0]
        if timestamp(begin) <= at < timestamp(end) and int(item["schema"]["N"]) <= SCHEMA:
            shards.setdefault(at, []).extend(_read(row) for row in json.loads(unpacked(item["rows"])))
    for at, rows in shards.items():
        yield Run(moment(at), tuple(rows))


def _read(stored: Sequence[str | int]) -> Row:
    name, letter, milliseconds, *codes = stored
    words = tuple(str(code) for code in codes)
    is_blip = words[:1] == ("blip",)
    return Row(str(name), _STATUSES[str(letter)], int(milliseconds), is_blip, words[is_blip:])


def last_good(table: Table, kind: str, before: datetime) -> dict[str, datetime]:
    """Return, for each check that was ``ok`` in the run before this time, when that was.

    Runs of the last two days are considered; a check is missing if it was not ok in the last one.
    """
    for day in (before, before - timedelta(days=1)):
        items = table.client.query(
            TableName=table.name,
            KeyConditionExpression="pk = :pk AND sk < :before",
            ExpressionAttributeValues={":pk": text(run_key(kind, day)), ":before": text(timestamp(before))},
            ScanIndexForward=False,
            Limit=_ITEMS_PER_SHARE,
            ConsistentRead=True,
        )["Items"]
        if items:
            return dict(_good(kind, items))
    return {}


def _good(kind: str, items: Sequence[Item]) -> Iterator[tuple[str, datetime]]:
    latest = items[0]["sk"]["S"].partition("#")[0]
    for item in items:
        at = item["sk"]["S"].partition("#")[0]
        if at != latest:
            return
        for name, status, *_ in json.loads(unpacked(item["rows"])):
            if status == _LETTERS[Status.OK]:
                yield f"{kind}/{name}", moment(at)


def _row(result: Result) -> list[str | int]:
    seconds = result.measurements.get("seconds", 0.0)
    milliseconds = round(seconds * 1000) if isinstance(seconds, int | float) else 0
    row: list[str | int] = [result.name, _LETTERS[result.status], milliseconds]
    if result.blip:
        return [*row, "blip", *(finding.code for finding in result.blip)]
    return [*row, *(finding.code for finding in result.findings)]


def _item(kind: str, at: datetime, shard: int, rows: Sequence[list[str | int]]) -> Item:
    return {
        "pk": text(run_key(kind, at)),
        "sk": text(f"{timestamp(at)}#{shard}"),
        "schema": number(SCHEMA),
        "rows": packed(json.dumps(rows, separators=(",", ":"))),
        "expires_at": expires_at(at),
    }
