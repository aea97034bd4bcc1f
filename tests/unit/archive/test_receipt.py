"""The receipt has in single lines what a person keeps of a backup."""

from dataclasses import replace
from datetime import timedelta

import pytest

from caretaker.archive.identity import BackupId
from caretaker.archive.manifest import TableTotals
from caretaker.archive.receipt import receipt
from tests.backups import AT, manifest


def test_a_receipt_says_what_there_is_where_and_how_to_compare_it() -> None:
    assert dict(receipt(manifest())) == {
        "id": "20261120T020000Z-daily-d9af",
        "database": "main",
        "as of": "2026-11-20T02:00:02Z",
        "key": "backups/main/2026/11/20/20261120T020000Z-daily-d9af/manifest.json",
        "bytes": "1,000,725 (1.0 MB), of 4.0 MB",
        "SHA-256 of the dump": "ab" * 32,
        "rows": "40,000 in 12 tables",
        "digest": "ef" * 32,
        "duration": "1 min",
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (timedelta(days=-3), "was 3 d behind: 2026-11-17T02:00:01Z)"),
        (timedelta(minutes=90), "was 1 h 30 min ahead: 2026-11-20T03:30:01Z)"),
    ],
)
def test_a_servers_clock_that_is_wrong_is_said_beside_the_true_time(wrong: timedelta, said: str) -> None:
    made = manifest()

    shown = dict(receipt(replace(made, dumped_at=made.began_at + wrong)))["as of"]

    assert shown == f"2026-11-20T02:00:01Z (the clock of the server {said}"


def test_a_minute_between_the_clocks_is_nothing_to_speak_of() -> None:
    made = manifest()

    assert (
        dict(receipt(replace(made, dumped_at=made.began_at + timedelta(minutes=1))))["as of"] == "2026-11-20T02:01:01Z"
    )


def test_the_reason_of_an_emergency_is_shown_in_one_line() -> None:
    emergency = replace(manifest(), id=BackupId("main", "emergency", AT), reason="before\nthe migration")
    assert dict(receipt(emergency))["reason"] == "before the migration"


def test_rows_that_were_not_counted_are_no_zero() -> None:
    rows = dict(receipt(manifest(totals=TableTotals(12, None, "off", None))))
    assert (rows["rows"], rows["digest"]) == ("not counted", "none")
