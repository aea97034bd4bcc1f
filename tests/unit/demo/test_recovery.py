"""The demo notices whatever its night lacks: a backup, its proof, what was lost, a plan that keeps the backup."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from caretaker.archive.entries import Entry
from caretaker.archive.proof import Noted
from caretaker.demo.command import Said
from caretaker.demo.recovery import not_kept, not_proven, not_restored
from tests.proofs import backed_up

BACKUP = backed_up(datetime(2026, 11, 21, 2, tzinfo=UTC))
TOTALS = BACKUP.manifest.totals
ROWS = {f"table_{number}": 0 for number in range(1, TOTALS.tables)} | {"orders": TOTALS.rows or 0}
NAME = BACKUP.manifest.id.text
RESTORED = Said("caretaker restore shop --to postgresql://x@y/z", ("compared  5 of 5 tables equal",), 0)
KEPT = Said("caretaker cleanup --plan", (f"{NAME}   shop   0 d   stays   younger than 30 d", "0 would go, 1 stay."), 0)


def proven(**changes: object) -> Entry:
    assert BACKUP.proof is not None
    everything = {"reached": "equal", "tables": 5, "compared": 5, "noted": ()} | changes
    return replace(BACKUP, proof=replace(BACKUP.proof, **everything))  # type: ignore[arg-type]  # its own fields


def test_a_proven_backup_is_no_surprise() -> None:
    assert not_proven([proven()], ROWS) == []


def test_a_missing_backup_and_one_too_many_are_noticed() -> None:
    assert not_proven([], ROWS) == ["no backups were made, and should have been one"]
    assert not_proven([proven(), proven()], ROWS) == ["2 backups were made, and should have been one"]


def test_a_backup_without_all_rows_is_noticed() -> None:
    more = ROWS | {"orders": ROWS["orders"] + 1}
    there, tables = TOTALS.rows or 0, TOTALS.tables
    assert not_proven([proven()], more) == [
        f"{NAME} has {there} rows in {tables} tables, and not {there + 1} in {tables}"
    ]


def test_a_backup_that_nobody_drilled_is_noticed() -> None:
    assert not_proven([replace(BACKUP, proof=None)], ROWS) == [f"no drill of {NAME} was held"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reached": "decoded"}, "reached decoded, and should have reached equal"),
        ({"reached": None}, "reached nothing, and should have reached equal"),
        ({"compared": 4}, "compared 4 of 5 tables"),
        ({"noted": (Noted("rows-differ", "orders is missing"),)}, "noted rows-differ: orders is missing"),
    ],
)
def test_a_drill_that_does_not_find_everything_equal_is_noticed(changes: dict[str, object], sentence: str) -> None:
    assert not_proven([proven(**changes)], ROWS) == [f"the drill of {NAME} {sentence}"]


def test_a_restore_that_brings_all_rows_back_is_no_surprise() -> None:
    assert not_restored(RESTORED, ROWS, ROWS) == []


def test_rows_that_are_not_back_are_noticed() -> None:
    after = {table: rows for table, rows in ROWS.items() if table != "orders"} | {"table_1": 7, "new": 1}
    assert not_restored(RESTORED, ROWS, after) == [
        "new has 1 rows after the restore, and had no",
        f"orders has no rows after the restore, and had {TOTALS.rows}",
        "table_1 has 7 rows after the restore, and had 0",
    ]


def test_a_command_that_ends_badly_is_noticed_with_its_last_words() -> None:
    failed = replace(RESTORED, lines=("different: orders is missing", ""), code=1)
    assert not_restored(failed, ROWS, ROWS) == ["caretaker restore ended with 1: different: orders is missing"]
    assert not_kept(replace(KEPT, lines=(*KEPT.lines, "busy"), code=1), BACKUP) == [
        "caretaker cleanup ended with 1: busy"
    ]


@pytest.mark.parametrize("line", [f"{NAME}   shop   0 d   goes   older than 30 d", "nothing"])
def test_a_plan_that_does_not_keep_the_backup_is_noticed(line: str) -> None:
    planned = replace(KEPT, lines=(line,))
    assert not_kept(planned, BACKUP) == [f"the plan of a cleanup does not keep {NAME}"]
