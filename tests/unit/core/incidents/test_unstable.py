"""Blips are silent, until there are too many of them."""

from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.incidents.notification import Event
from caretaker.core.incidents.state import WINDOW
from tests.histories import Look, blip, down, ok, play, told, unknown

calm = st.lists(st.sampled_from([ok, blip, unknown]), max_size=60)


def test_two_blips_are_silent() -> None:
    assert told([blip, ok, blip, *[ok] * 20]) == []


def test_the_third_blip_in_twelve_runs_alarms_at_once() -> None:
    history = [blip, *[ok] * 4, blip, *[ok] * 5, blip]
    assert len(history) == WINDOW
    said = play(history)[-1].notification
    assert said is not None
    assert (said.event, said.severity, said.findings[0].code) == (Event.OPENED, "medium", "unstable")
    assert said.findings[0].measured == "3 runs"


def test_the_third_blip_in_thirteen_runs_does_not() -> None:
    assert told([blip, *[ok] * 5, blip, *[ok] * 5, blip]) == []


def test_it_resolves_when_the_blips_are_long_enough_ago() -> None:
    assert told([blip, blip, blip, *[ok] * 12]) == [Event.OPENED, Event.RESOLVED]


def test_an_outage_of_an_unstable_check_is_told_as_worsened() -> None:
    assert told([blip, blip, blip, down]) == [Event.OPENED, Event.WORSENED]


def test_a_blip_is_remembered_for_twelve_runs_and_then_forgotten() -> None:
    decisions = play([blip, *[ok] * 14])
    assert [decision.changed for decision in decisions] == [True] * 13 + [False] * 2
    assert decisions[-1].state.verdicts == ()


@given(calm)
def test_blips_alarm_exactly_when_three_are_among_the_last_twelve_runs(history: list[Look]) -> None:
    known = [look for look in history if look != unknown]
    too_many = any(known[max(0, end - WINDOW) : end].count(blip) >= 3 for end in range(1, len(known) + 1))
    assert (Event.OPENED in told(history)) == too_many
