"""The newest proven backup is taken, or the one that was asked for; and it is said why."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from caretaker.archive.catalogue import Damaged
from caretaker.archive.entries import Entries, Entry
from caretaker.archive.proof import Level, Noted, Proof
from caretaker.archive.restoring.choosing import NothingToRestore, choose
from tests.backups import AT, manifest


def entry(days: int, level: Level | None = "equal", *, proven: bool = True, noted: str = "") -> Entry:
    """Return a backup of so many days ago."""
    found = manifest(AT - timedelta(days=days))
    at = AT - timedelta(days=days - 1)
    notes = (Noted(noted, f"it is {noted}"),) if noted else ()
    proof = Proof(found.id, at, at, level, notes, (), 12, 12, (), "18.0", "0.1.0")
    return Entry(found, proof if proven else None, held=False)


def test_the_newest_proven_one_is_taken_and_the_older_ones_stand_by() -> None:
    unproven, good, older = entry(0, proven=False), entry(1), entry(2)

    choice = choose(Entries((unproven, good, older), ()), "main")

    assert choice.entries == (good, older)
    assert choice.why == (
        "the newest proven backup: restored in a drill and found to be equal on 2026-11-20T02:00:00Z; "
        "1 newer one is not proven"
    )
    assert choice.warning == ""


def test_a_manifest_that_cannot_be_read_is_said_as_it_may_be_of_the_newest_one() -> None:
    good = entry(1)
    unreadable = Damaged("backups/main/2026/11/20/20261120T020000Z-daily-d9af/manifest.json", "no JSON")
    record = Damaged("backups/main/2026/11/19/20261119T020000Z-daily-8af9/verified/20261119T030000Z.json", "no JSON")

    assert choose(Entries((good,), (unreadable, record)), "main").why.endswith(
        "; 1 manifest cannot be read: caretaker backups"
    )
    assert "manifest" not in choose(Entries((good,), (record,)), "main").why


def test_a_damaged_one_is_passed_over_whatever_it_reached() -> None:
    damaged, good = entry(0, noted="rows-differ"), entry(1, "decoded")

    choice = choose(Entries((damaged, good), ()), "main")

    assert choice.entries == (good,)
    assert "decoded to the end" in choice.why


@pytest.mark.parametrize(("later", "taken"), [(timedelta(0), 1), (timedelta(seconds=-1), 2)])
def test_a_snapshot_that_is_later_than_asked_for_is_passed_over(later: timedelta, taken: int) -> None:
    found = (entry(0), entry(1), entry(2))

    choice = choose(Entries(found, ()), "main", at=found[1].manifest.dumped_at + later)

    assert choice.entries[0] == found[taken]
    assert "that is not later than 2026-11-19T02:00:0" in choice.why


def test_a_servers_clock_that_is_wrong_says_nothing_of_when_a_snapshot_was_taken() -> None:
    behind = replace(entry(0), manifest=manifest(AT, dumped_at=AT - timedelta(days=3)))
    before = entry(1)

    assert choose(Entries((behind, before), ()), "main", at=AT - timedelta(hours=1)).entries == (before,)
    assert choose(Entries((behind, before), ()), "main", at=AT + timedelta(hours=1)).entries == (behind, before)


def test_one_that_is_asked_for_is_taken_alone_and_what_speaks_against_it_is_said() -> None:
    found = (entry(0, proven=False), entry(1), entry(2, noted="unreadable"))
    ids = [each.manifest.id.text for each in found]

    assert choose(Entries(found, ()), "main", ids[1]).entries == (found[1],)
    assert choose(Entries(found, ()), "main", ids[1]).warning == ""
    assert choose(Entries(found, ()), "main", ids[0]).warning == f"{ids[0]} is not proven: no drill has proven it"
    assert "found it damaged: it is unreadable" in choose(Entries(found, ()), "main", ids[2]).warning


@pytest.mark.parametrize(
    ("found", "backup", "at", "said"),
    [
        (Entries((), ()), "", None, "there is no backup of main in the bucket"),
        (Entries((), (Damaged("backups/main/x/manifest.json", "no JSON"),)), "", None, "1 manifest cannot be read"),
        (Entries((entry(0, proven=False),), ()), "", None, "restore one as it is: caretaker restore main 20261120T02"),
        (
            Entries((entry(0),), ()),
            "",
            AT - timedelta(days=1),
            "as of 2026-11-19T02:00:00Z or before: the oldest is of",
        ),
        (
            Entries((entry(0),), ()),
            "20261120T020000Z-daily-0000",
            None,
            "there is no backup 20261120T020000Z-daily-0000",
        ),
        (
            Entries((), (Damaged("backups/main/2026/11/20/20261120T020000Z-daily-0000/manifest.json", "no JSON"),)),
            "20261120T020000Z-daily-0000",
            None,
            "cannot be used: no JSON",
        ),
    ],
)
def test_without_one_it_is_said_what_there_is(found: Entries, backup: str, at: datetime | None, said: str) -> None:
    with pytest.raises(NothingToRestore) as failure:
        choose(found, "main", backup, at)

    assert said in str(failure.value)
