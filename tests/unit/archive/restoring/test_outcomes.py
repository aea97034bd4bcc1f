"""How several runs of pg_restore ended together: no error of one is lost behind another."""

from caretaker.archive.restoring.complaints import Complaint
from caretaker.archive.restoring.running import Outcome

REFUSED = Complaint(7, 'COPY failed for table "a": ERROR:  it is refused')
OTHER = Complaint(None, "could not execute query: ERROR:  no such parameter")
CLEAN = Outcome(0, (), 0, 0, "the end")


def failed(*errors: Complaint) -> Outcome:
    return Outcome(1, errors, len(errors), len(errors), "")


def test_what_a_later_run_has_put_right_is_no_error_any_more() -> None:
    assert failed(REFUSED).without({7}).then(CLEAN) == CLEAN


def test_what_a_later_run_knows_nothing_of_stays_an_error() -> None:
    both = failed(REFUSED, OTHER).without({7}).then(CLEAN)

    assert (both.code, both.errors, both.count, both.counted) == (1, (OTHER,), 1, 1)
    assert not both.is_clean


def test_a_later_run_that_was_ended_from_outside_is_how_it_ended() -> None:
    both = failed(OTHER).then(Outcome(-9, (), 0, 0, "processing data"))

    assert (both.code, both.is_through, both.words) == (-9, False, f"pg_restore was ended by SIGKILL: {OTHER.message}")


def test_a_run_that_broke_off_before_its_end_is_not_made_good_by_those_before() -> None:
    """It says how many errors it has ignored only at its end."""
    broken_off = Outcome(1, (OTHER,), 1, 0, "")

    both = failed(REFUSED).then(broken_off)

    assert (both.is_through, both.is_explicable) == (False, False)
    assert both.errors == (REFUSED, OTHER)
