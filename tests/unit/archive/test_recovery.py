"""What a restore now would bring back is what a drill found to be good, and takes as long as a drill has measured."""

from dataclasses import replace
from datetime import timedelta

from caretaker.archive.entries import Entry
from caretaker.archive.proof import Step
from caretaker.archive.recovery import Recovery, recoveries
from tests.backups import AT
from tests.proofs import backed_up

DAY = timedelta(days=1)


def measured(entry: Entry, seconds: float, size: int) -> Entry:
    assert entry.proof
    return replace(entry, proof=replace(entry.proof, steps=(Step("restored", seconds, size),)))


def test_the_newest_good_backup_is_what_can_be_restored() -> None:
    newer, good, older = backed_up(AT, drilled=False), backed_up(AT - DAY, "decoded"), backed_up(AT - 2 * DAY)
    damaged = backed_up(AT - DAY / 2, "restored", "rows-differ")

    [found] = recoveries([newer, damaged, good, older], ())

    assert found == Recovery("main", good.manifest.id.text, AT - DAY, "decoded", None)


def test_its_restore_takes_as_long_as_the_last_drill_that_measured_it_lets_expect() -> None:
    undrilled = measured(backed_up(AT, "restored", "rows-differ"), 8.0, 4_000_000)
    good = measured(backed_up(AT - DAY), 4.0, 4_000_000)

    [found] = recoveries([undrilled, good], ())

    assert found.seconds == 8.0


def test_without_a_good_backup_nothing_can_be_restored() -> None:
    assert recoveries([backed_up(drilled=False)], ()) == [Recovery("main")]


def test_a_database_without_any_backup_is_not_forgotten_and_each_is_judged_for_itself() -> None:
    found = recoveries([backed_up(AT, database="other"), backed_up(AT, None, "missing-object")], ["new", "other"])

    assert [(one.database, one.restorable_to) for one in found] == [("main", None), ("new", None), ("other", AT)]
