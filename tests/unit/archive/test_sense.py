"""A backup that holds far less than those before is named; growth and small databases are not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.archive.losses import losses
from caretaker.archive.manifest import LargeObjects, Manifest
from caretaker.archive.sense import Earlier, judge_sense
from caretaker.archive.tables import Contents, Table
from caretaker.core.results import Finding, Severity, Status
from tests.backups import AT, NO_LARGE_OBJECTS, contents, manifest

DAY = timedelta(days=1)


def past(*rows: int, raw_bytes: int = 4_000_000) -> list[Earlier]:
    """Return backups of the days before ``AT`` with so many rows, the newest first."""
    days = enumerate(rows, start=1)
    return [(manifest(AT - DAY * day, rows=count, raw_bytes=raw_bytes), None) for day, count in days]


def codes(findings: Sequence[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_the_first_backup_has_nothing_to_be_compared_with() -> None:
    assert judge_sense(manifest(), contents(orders=5), []) == []


def test_far_fewer_rows_are_said_with_what_is_usual() -> None:
    (finding,) = judge_sense(manifest(rows=1_200), None, past(4_000_000, 3_900_000, 4_100_000))
    assert (finding.code, finding.severity, finding.status) == ("shrunk", Severity.HIGH, Status.DEGRADED)
    assert "1,200 rows, where 4,000,000 rows are usual" in finding.message
    assert (finding.measured, finding.limit) == ("1,200 rows", "at least half of 4,000,000 rows")


def test_a_far_smaller_dump_is_said() -> None:
    (finding,) = judge_sense(manifest(raw_bytes=1_000_000), None, past(40_000, raw_bytes=9_000_000))
    assert "1.0 MB dumped, where 9.0 MB dumped are usual" in finding.message


def test_far_fewer_tables_are_said() -> None:
    (finding,) = judge_sense(manifest(tables=3), None, past(40_000))
    assert "3 tables, where 12 tables are usual" in finding.message


@pytest.mark.parametrize(("before", "now"), [(5, 2), (99, 0), (100, 50), (1_000, 500), (1_000, 10**9)])
def test_small_losses_half_of_it_and_growth_are_fine(before: int, now: int) -> None:
    whole = contents(orders=now)
    assert codes(judge_sense(manifest(rows=now + 1), whole, past(before, before, before))) == []


def test_one_odd_backup_before_changes_nothing() -> None:
    assert judge_sense(manifest(rows=1_000), None, past(10**9, 1_000, 1_000)) == []
    assert codes(judge_sense(manifest(rows=1_000), None, past(1_000, 10**9, 10**9))) == ["shrunk"]


def test_a_loss_is_said_for_half_a_week_and_is_then_how_things_are() -> None:
    said = [codes(judge_sense(manifest(rows=10), None, past(*[10] * day, *[10_000] * (9 - day)))) for day in range(6)]
    assert said == [["shrunk"]] * 4 + [[]] * 2


def test_only_the_seven_newest_count_in_whatever_order_they_come() -> None:
    many = past(*[1_000] * 7, *[10**6] * 20)
    assert judge_sense(manifest(rows=900), None, many[::-1]) == []


def test_later_backups_and_those_of_other_databases_do_not_count() -> None:
    later = [(manifest(AT + DAY, rows=10**6), None)]
    other = [(manifest(AT - DAY, database="main_staging", rows=10**6), None)]
    assert judge_sense(manifest(rows=10), None, [*later, *other]) == []


def test_what_the_owner_has_excluded_is_no_loss() -> None:
    excluding = manifest(rows=10, excluded_table_data=("audit.raw_events",))
    now = Contents((Table("public", "raw_events", 10**6, None, excluded=True),), (), NO_LARGE_OBJECTS)
    before = [(each, contents(raw_events=10**6)) for each, _ in past(10**6, 10**6)]
    assert judge_sense(excluding, now, before) == []


def test_rows_that_were_not_counted_are_not_compared() -> None:
    assert judge_sense(manifest(rows=None), None, past(10**6)) == []
    assert judge_sense(manifest(rows=10), None, [(manifest(AT - DAY, rows=None), None)]) == []


@pytest.mark.parametrize(
    ("tables", "rows", "what"),
    [(0, 0, "it has no table"), (12, 0, "none of its 12 tables has a row"), (0, None, "no table")],
)
def test_an_empty_database_is_named_as_such(tables: int, rows: int | None, what: str) -> None:
    (finding,) = judge_sense(manifest(tables=tables, rows=rows), None, [])
    assert (finding.code, finding.severity, finding.status) == ("empty-database", Severity.HIGH, Status.DEGRADED)
    assert what in finding.message


def test_large_objects_alone_are_a_database() -> None:
    assert judge_sense(manifest(tables=0, rows=0, large_objects=LargeObjects(3, 9, None)), None, []) == []


def test_a_database_whose_rows_are_all_excluded_is_not_empty() -> None:
    now = Contents((Table("audit", "raw_events", 7, None, excluded=True),), (), NO_LARGE_OBJECTS)
    assert judge_sense(manifest(tables=0, rows=0), now, []) == []


def _sense(now: Contents, *before: Contents) -> list[Finding]:
    return judge_sense(manifest(), now, [(manifest(AT - DAY * (day + 1)), each) for day, each in enumerate(before)])


def test_a_table_that_fell_to_zero_is_named() -> None:
    (finding,) = _sense(contents(orders=0, users=9), contents(orders=3_000, users=9), contents(orders=2_900, users=9))
    assert finding.message == (
        "the backup of main holds far less than the last ones: public.orders had 2,950 rows and has none"
    )
    assert finding.measured == "tables that lost their rows: 1"


def test_five_tables_are_named_those_with_the_most_rows_first_and_the_others_counted() -> None:
    before = contents(**{f"t{number}": 100 + number for number in range(8)})
    (finding,) = _sense(contents(**dict.fromkeys((f"t{number}" for number in range(8)), 0)), before)
    named = [word for word in finding.message.split() if word.startswith("public.")]
    assert named == ["public.t7", "public.t6", "public.t5", "public.t4", "public.t3"]
    assert finding.message.endswith("; and 3 more tables")


def test_a_table_with_an_odd_name_is_shown_in_one_short_line() -> None:
    name = "a\nb" + "x" * 200
    (finding,) = _sense(contents(**{name: 0}), contents(**{name: 500}))
    assert "\n" not in finding.message
    assert len(finding.message) < 250


def test_a_table_of_a_few_rows_may_fall_to_zero() -> None:
    assert _sense(contents(orders=0), contents(orders=99)) == []


def test_a_queue_that_is_empty_now_and_then_may_be_empty() -> None:
    assert _sense(contents(jobs=0), contents(jobs=900), contents(jobs=0), contents(jobs=800), contents(jobs=700)) == []


def test_a_table_that_fell_stays_named_while_it_usually_had_rows() -> None:
    assert _sense(contents(orders=0), contents(orders=0), contents(orders=900), contents(orders=900))


def test_a_table_that_is_gone_is_said_once() -> None:
    (finding,) = _sense(contents(users=9), contents(orders=3_000, users=9))
    assert "public.orders had 3,000 rows and is gone" in finding.message
    assert _sense(contents(users=9), contents(users=9), contents(orders=3_000, users=9)) == []


def test_a_partition_that_is_removed_is_no_loss() -> None:
    partition = replace(contents(day=3_000).tables[0], kind="partition")
    assert losses(contents(), [Contents((partition,), (), NO_LARGE_OBJECTS)]) == []


def test_the_same_name_in_another_schema_is_another_table() -> None:
    elsewhere = Contents((Table("audit", "orders", 0, None),), (), NO_LARGE_OBJECTS)
    both = Contents((*elsewhere.tables, *contents(orders=500).tables), (), NO_LARGE_OBJECTS)
    assert losses(both, [contents(orders=500)]) == []


def backups_of(smallest: int) -> st.SearchStrategy[Manifest]:
    """Return backups whose dumps have at least so many bytes."""
    return st.builds(
        lambda rows, raw_bytes, tables: manifest(rows=rows, raw_bytes=raw_bytes, tables=tables),
        st.none() | st.integers(0, 10**12),
        st.integers(smallest, 10**12),
        st.integers(0, 5_000),
    )


def _before(backups: Sequence[Manifest]) -> list[Earlier]:
    days = (AT - DAY * (day + 1) for day in range(len(backups)))
    return [(replace(each, began_at=at, dumped_at=at), None) for each, at in zip(backups, days, strict=True)]


@given(backups_of(0), st.lists(backups_of(0), max_size=9))
def test_nothing_that_grew_in_everything_is_shrunk(now: Manifest, before: list[Manifest]) -> None:
    most = [each for each in before if _size(each) <= _size(now) and each.totals.tables <= now.totals.tables]
    most = [each for each in most if (each.totals.rows or 0) <= (now.totals.rows or 0)]
    assert "shrunk" not in codes(judge_sense(now, None, _before(most)))


@given(st.lists(backups_of(3_000_000), min_size=1, max_size=9))
def test_what_falls_to_a_third_of_the_least_is_always_said(before: list[Manifest]) -> None:
    small = manifest(rows=1, raw_bytes=min(map(_size, before)) // 3)
    assert "shrunk" in codes(judge_sense(small, None, _before(before)))


def _size(backup: Manifest) -> int:
    return backup.objects[0].raw_bytes
