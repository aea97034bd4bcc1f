"""What depends on something bad stays silent, and speaks when it is bad alone."""

from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.incidents.decide import unwatch
from caretaker.core.incidents.notification import Event
from caretaker.core.incidents.policy import Policy
from tests.histories import INTERVAL, START, Look, down, events, histories, ok, play, policies, slow, told, unconfirmed

parents = st.lists(st.booleans(), min_size=40, max_size=40)


def test_an_incident_opens_silently_while_its_parent_is_bad() -> None:
    (decision,) = play([down], parents=[True])
    assert decision.state.incident is not None
    assert decision.state.incident.suppressed_by == "uptime/database"
    assert decision.notification is not None
    assert decision.notification.event is Event.OPENED
    assert told([down], parents=[True]) == []


def test_it_speaks_when_it_is_still_bad_after_its_parent_has_recovered() -> None:
    decisions = play([down, down, down], parents=[True, True, False])
    assert events(decisions) == [Event.OPENED]
    said = decisions[-1].notification
    assert said is not None
    assert said.since == START
    assert said.note == "It was bad while database was, and still is."


def test_it_is_never_told_of_if_it_recovers_with_its_parent() -> None:
    decisions = play([down, down, ok], parents=[True, True, False])
    assert events(decisions) == []
    assert decisions[-1].state.incident is None
    assert decisions[-1].notification is not None  # for the timeline


def test_a_recovery_is_told_even_while_the_parent_is_bad() -> None:
    assert told([down, down, ok], parents=[False, True, True]) == [Event.OPENED, Event.RESOLVED]


def test_getting_worse_is_held_back_and_told_afterwards() -> None:
    assert told([slow, slow, down, down], parents=[False, False, True, False]) == [Event.OPENED, Event.WORSENED]
    assert told([slow, slow, down], parents=[False, False, True]) == [Event.OPENED]


def test_a_look_that_could_not_be_repeated_does_not_make_it_speak() -> None:
    assert told([down, unconfirmed], parents=[True, False]) == []
    assert told([down, unconfirmed, down], parents=[True, False, False]) == [Event.OPENED]


def test_one_that_left_the_configuration_ends_as_silently_as_it_began() -> None:
    ended = unwatch(play([down], parents=[True])[-1].state, START + INTERVAL)
    assert events([ended]) == []
    assert ended.state.incident is None


@given(histories, policies, parents)
def test_people_hear_of_an_end_exactly_if_they_heard_of_the_beginning(
    history: list[Look], policy: Policy, bad: list[bool]
) -> None:
    ends = [event for event in told(history, policy, bad) if event in (Event.OPENED, Event.RESOLVED)]
    assert ends == [Event.OPENED, Event.RESOLVED] * (len(ends) // 2) + [Event.OPENED] * (len(ends) % 2)


@given(histories, policies, parents)
def test_no_alarm_comes_while_the_parent_is_bad(history: list[Look], policy: Policy, bad: list[bool]) -> None:
    for decision, is_silent in zip(play(history, policy, parents=bad), bad, strict=False):
        if is_silent:
            assert not set(events([decision])) & {Event.OPENED, Event.WORSENED}


@given(histories, policies, parents)
def test_no_alarm_is_lost_when_parents_recover(history: list[Look], policy: Policy, bad: list[bool]) -> None:
    """At the end nobody is uninformed: what is bad twice more, its parents in order, has been told of."""
    final = play([*history, down, down], policy, parents=bad[: len(history)])[-1].state
    if final.incident is not None:
        assert final.incident.suppressed_by == ""
