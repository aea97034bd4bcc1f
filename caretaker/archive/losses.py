"""Which tables have lost all their rows since the backups before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from caretaker.archive.tables import Contents, Table

_WORTH_SAYING = 100  # rows

_Name = tuple[str, str]  # of the schema and the table


@dataclass(frozen=True, slots=True)
class Loss:
    """A table that had so many rows, and what has become of it, as a phrase."""

    table: Table
    rows: int
    now: str


def losses(contents: Contents, before: Sequence[Contents]) -> list[Loss]:
    """Return the tables that fell to no rows, or are gone, those with the most rows first.

    ``before`` has the newest first. A table fell if the median of its rows was a hundred or more. One that was empty
    before and filled again, as a queue, may be empty. A table is gone if the last backup had it: that is said once, as
    people remove tables on purpose; partitions are removed every day.
    """
    past = [_by_name(each) for each in before]
    found = [*_fallen(_by_name(contents), past), *(_gone(contents, past[0]) if past else [])]
    return sorted(found, key=lambda loss: (-loss.rows, str(loss.table)))


def _fallen(now: Mapping[_Name, Table], past: Sequence[Mapping[_Name, Table]]) -> Iterator[Loss]:
    for name, table in now.items():
        rows = [count for each in past if name in each and (count := each[name].rows) is not None]
        if table.rows == 0 and rows and not _was_refilled(rows) and median(rows) >= _WORTH_SAYING:
            yield Loss(table, int(median(rows)), "has none")


def _was_refilled(rows: Sequence[int]) -> bool:
    """Whether an older count is zero and a newer one is not; the newest come first."""
    has_rows = [count > 0 for count in rows]
    return any(newer and not older for newer, older in pairwise(has_rows))


def _gone(contents: Contents, last: Mapping[_Name, Table]) -> Iterator[Loss]:
    there = {(table.schema, table.name) for table in contents.tables}
    for name, table in last.items():
        if name not in there and table.kind == "table" and table.rows is not None and table.rows >= _WORTH_SAYING:
            yield Loss(table, table.rows, "is gone")


def _by_name(contents: Contents) -> dict[_Name, Table]:
    return {(table.schema, table.name): table for table in contents.tables if not table.excluded}
