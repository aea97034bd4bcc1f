"""The list of tables gives back what was written, and its totals are those of what is in the dump."""

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.archive.manifest import Fingerprint, LargeObjects, TableTotals
from caretaker.archive.tables import Contents, Sequence, Table, TableKind, UnreadableTables, decode, encode, totals
from tests.backups import NO_LARGE_OBJECTS, contents

_KINDS: st.SearchStrategy[TableKind] = st.sampled_from(["table", "partition", "materialized view", "foreign table"])
_ROWS = st.none() | st.integers(0, 2**63)
_TABLES = st.lists(
    st.builds(Table, st.text(), st.text(), _ROWS, st.none() | st.text(), _KINDS, st.booleans()),
    unique_by=lambda table: (table.schema, table.name),
)
_SEQUENCES = st.lists(st.builds(Sequence, st.text(), st.text(), st.integers(), st.booleans()), max_size=3)
CONTENTS = st.builds(
    Contents,
    _TABLES.map(lambda tables: tuple(sorted(tables, key=lambda table: (table.schema, table.name)))),
    _SEQUENCES.map(lambda found: tuple(sorted(found, key=lambda sequence: (sequence.schema, sequence.name)))),
    st.builds(LargeObjects, st.integers(0), st.none() | st.integers(0), st.none() | st.text()),
)
FINGERPRINTS: st.SearchStrategy[Fingerprint] = st.sampled_from(["full", "counts", "off"])


@given(CONTENTS)
def test_what_is_written_is_read_again(written: Contents) -> None:
    assert decode(encode(written)) == written


@given(CONTENTS, FINGERPRINTS, st.randoms())
def test_the_order_of_the_tables_makes_no_difference(
    ordered: Contents, fingerprint: Fingerprint, random: Random
) -> None:
    shuffled = replace(ordered, tables=tuple(random.sample(ordered.tables, len(ordered.tables))))
    assert encode(shuffled) == encode(ordered)
    assert totals(shuffled, fingerprint) == totals(ordered, fingerprint)


def test_totals_are_those_of_what_is_in_the_dump() -> None:
    tables = (
        Table("public", "orders", 5, "1"),
        Table("public", "events_2026", 7, "2", "partition"),
        Table("public", "report", 11, "3", "materialized view"),
        Table("public", "elsewhere", 13, "4", "foreign table"),
        Table("audit", "raw_events", 17, "5", excluded=True),
    )
    found = totals(Contents(tables, (), NO_LARGE_OBJECTS), "full")
    assert (found.tables, found.rows) == (2, 12)
    assert found == totals(Contents(tables[:2], (), NO_LARGE_OBJECTS), "full")


@pytest.mark.parametrize(
    "other",
    [
        Table("public", "orders", 6, "1"),
        Table("public", "orders", 5, "2"),
        Table("public", "order", 5, "1"),
        Table("app", "orders", 5, "1"),
    ],
)
def test_name_rows_and_digest_of_each_table_make_the_digest(other: Table) -> None:
    whole = contents(orders=5, users=2)
    changed = replace(whole, tables=(other, whole.tables[1]))
    assert totals(whole, "full").digest != totals(changed, "full").digest


def test_names_that_run_into_each_other_make_another_digest() -> None:
    one = Contents((Table("a", "b.c", 1, "1"),), (), NO_LARGE_OBJECTS)
    other = Contents((Table("a.b", "c", 1, "1"),), (), NO_LARGE_OBJECTS)
    assert totals(one, "full").digest != totals(other, "full").digest


def test_what_was_not_counted_is_no_zero() -> None:
    uncounted = Contents(
        (Table("public", "orders", None, None), Table("public", "users", 5, None)), (), NO_LARGE_OBJECTS
    )
    assert totals(uncounted, "off") == TableTotals(2, None, "off", None)
    assert totals(uncounted, "counts").rows is None


def test_an_empty_database_has_no_rows() -> None:
    found = totals(Contents((), (), NO_LARGE_OBJECTS), "full")
    assert (found.tables, found.rows) == (0, 0)


@pytest.mark.parametrize("cut", range(0, len(encode(contents(orders=5))), 7))
def test_half_a_list_is_none(cut: int) -> None:
    with pytest.raises(UnreadableTables, match="cannot be believed: it is no JSON"):
        decode(encode(contents(orders=5))[:cut])


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"schema_version": 2}, "a newer Caretaker wrote it"),
        ({"tables": [{"schema": "public"}]}, r"tables\[0\]\.name is missing"),
        ({"tables": ["orders"]}, r"tables\[0\] is no object"),
        ({"sequences": {}}, "sequences is no list"),
        ({"large_objects": None}, "large_objects is no object"),
    ],
)
def test_what_is_wrong_is_named(part: dict[str, object], sentence: str) -> None:
    document = json.loads(encode(contents(orders=5))) | part
    with pytest.raises(UnreadableTables, match=sentence):
        decode(json.dumps(document).encode())


@pytest.mark.parametrize(("name", "wrong"), [("rows", -1), ("rows", True), ("kind", "index"), ("excluded", 0)])
def test_a_table_with_a_wrong_value_is_not_believed(name: str, wrong: object) -> None:
    document = json.loads(encode(contents(orders=5)))
    document["tables"][0][name] = wrong
    with pytest.raises(UnreadableTables, match=rf"tables\[0\]\.{name} is "):
        decode(json.dumps(document).encode())
