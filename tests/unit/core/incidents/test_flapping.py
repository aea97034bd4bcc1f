"""A check that breaks again and again is told of once, until it is good or bad for long enough."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.incidents.flapping import BAD_RUNS, GOOD_RUNS
from caretaker.core.incidents.notification import Event, Notification
from caretaker.core.incidents.policy import Policy
from tests.histories import Look, blip, down, histories, ok, play, policies, slow, told, unknown

PERIOD = [down, ok]
FLAPPING = PERIOD * 3


def last_told(history: Sequence[Look]) -> Notification:
    said = [decision.notification for decision in play(history) if decision.notification]
    return said[-1]


def test_the_third_opening_within_two_hours_says_that_it_flaps() -> None:
    third = last_told([*PERIOD, *PERIOD, down])
    assert third.event is Event.OPENED
    assert third.flapping
    assert "third time within two hours" in third.note


def test_the_third_opening_within_more_than_two_hours_does_not() -> None:
    third = last_told([*PERIOD, *[ok] * 12, *PERIOD, *[ok] * 12, down])
    assert third.event is Event.OPENED
    assert not third.flapping


def test_while_it_flaps_nothing_more_is_told() -> None:
    assert told([*FLAPPING, *PERIOD * 20]) == [
        Event.OPENED,
        Event.RESOLVED,
        Event.OPENED,
        Event.RESOLVED,
        Event.OPENED,
    ]


def test_it_ends_when_it_was_good_for_three_runs_in_a_row() -> None:
    history = [*FLAPPING, *PERIOD, ok, ok]
    assert told(history)[-1] is Event.RESOLVED
    assert "had been flapping" in last_told(history).note
    assert told(history[:-1])[-1] is Event.OPENED


def test_that_it_stays_bad_is_said_once_with_the_state_that_holds_then() -> None:
    history = [*FLAPPING, *[down] * (BAD_RUNS + 30)]
    assert told(history)[5:] == [Event.REMINDER]
    end = last_told(history)
    assert end.status == "down"
    assert "stopped flapping" in end.note
    assert told([*history, ok])[-1] is Event.RESOLVED


def test_unknown_runs_neither_end_nor_prolong_it() -> None:
    assert told([*FLAPPING, ok, unknown, ok]) == told([*FLAPPING, ok, ok])


def test_slowness_while_it_flaps_is_no_improvement() -> None:
    assert Event.IMPROVED not in told([*FLAPPING, *[down, slow, slow, slow] * 2])


@given(histories, policies)
def test_a_flapping_incident_never_resolves_before_three_good_runs(history: list[Look], policy: Policy) -> None:
    good = 0
    for look, decision in zip(history, play(history, policy), strict=True):
        if look[0].is_bad:
            good = 0
        elif look in (ok, blip):
            good += 1
        said = decision.notification
        if said and said.event is Event.RESOLVED and said.flapping:
            assert good >= GOOD_RUNS


@given(st.integers(2, 6), st.integers(1, 60))
def test_flapping_without_end_is_three_alarms_however_long_it_lasts(bad: int, periods: int) -> None:
    history = [*[down] * bad, ok] * periods
    assert told(history).count(Event.OPENED) <= 3
