"""Rollups: the figures of a day, two thousand checks to an item."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from caretaker.core.availability import LONGEST_HOLD, Account, Run, Segment, account, segments
from caretaker.core.store import history, incident_index
from caretaker.core.store.table import SCHEMA, Table, key, number, packed, unpacked

_CHECKS_PER_ITEM = 2_000
_KEPT = timedelta(days=400)
_LOOK_BACK = timedelta(days=90)  # how long an incident may have been open before a day


def midnight(at: datetime) -> datetime:
    """Return the beginning of a day (UTC)."""
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)


def build(table: Table, kind: str, day: datetime) -> None:
    """Write the rollup of a day from its runs and incidents; doing it again gives the same."""
    begin = midnight(day)
    accounts = from_runs(table, kind, begin, begin + timedelta(days=1))
    names = sorted(accounts)
    shards = range(0, max(1, len(names)), _CHECKS_PER_ITEM)
    for shard, start in reversed(list(enumerate(shards))):  # the first one last: it says that all are there
        rows = [[name, *accounts[name].to_json()] for name in names[start : start + _CHECKS_PER_ITEM]]
        table.put(
            {
                **key(_key(kind, begin), f"{shard:04}"),
                "schema": number(SCHEMA),
                "shards": number(len(shards)),
                "rows": packed(json.dumps(rows, separators=(",", ":"))),
                "expires_at": number(int((begin + _KEPT).timestamp())),
            }
        )


def exists(table: Table, kind: str, day: datetime) -> bool:
    """Whether a day has its rollup."""
    wanted = (_key(kind, day), "0000")
    return wanted in table.get([wanted])


def read(table: Table, kind: str, days: Sequence[datetime]) -> dict[datetime, dict[str, Account]]:
    """Return the figures of those of some days that have a rollup, by the name of the check."""
    first = {day: (_key(kind, day), "0000") for day in days}
    found = table.get(first.values())
    further = [
        (wanted[0], f"{shard:04}")
        for wanted, item in found.items()
        for shard in range(1, int(item["shards"]["N"]))
        if int(item["schema"]["N"]) <= SCHEMA
    ]
    found |= table.get(further)
    days_found: dict[datetime, dict[str, Account]] = {}
    for day, (pk, _) in first.items():
        items = [item for (known, _), item in found.items() if known == pk and int(item["schema"]["N"]) <= SCHEMA]
        if items:
            rows = [row for item in items for row in json.loads(unpacked(item["rows"]))]
            days_found[day] = {name: Account.from_json(stored) for name, *stored in rows}
    return days_found


def from_runs(table: Table, kind: str, begin: datetime, end: datetime) -> dict[str, Account]:
    """Return the figures of a time from its runs."""
    return figures(table, kind, begin, end, open_times(table, begin, end))


def open_times(table: Table, begin: datetime, end: datetime) -> dict[str, list[Segment]]:
    """Return when incidents were open that may concern a time."""
    return segments(incident_index.changes(table, begin - _LOOK_BACK, end))


def figures(
    table: Table, kind: str, begin: datetime, end: datetime, known: Mapping[str, Sequence[Segment]]
) -> dict[str, Account]:
    """Return the figures of a time from its runs, ``known`` being when incidents were open."""
    runs: list[Run] = []
    before = begin - LONGEST_HOLD  # the last run before holds into the time
    day = midnight(before)
    while day < end:
        runs += history.runs(table, kind, day, before, end)
        day += timedelta(days=1)
    return account(runs, known, kind, begin, end)


def _key(kind: str, day: datetime) -> str:
    return f"ROLLUP#{kind}#{day.astimezone(UTC):%Y-%m-%d}"
