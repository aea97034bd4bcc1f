"""Reminders of what stays open: in time, for what is urgent, and only if people know of it."""

from dataclasses import replace
from datetime import timedelta

from caretaker.core.incidents.notification import Event, Notification
from caretaker.core.incidents.reminding import remind
from caretaker.core.incidents.state import State
from caretaker.core.results import Severity
from tests.histories import START, Look, down, play, slow

EVERY = timedelta(hours=4)


def opened(*history: Look, parents: tuple[bool, ...] = ()) -> tuple[State, Notification]:
    decisions = play(history, parents=parents)
    told = next(decision.notification for decision in decisions if decision.notification)
    return decisions[-1].state, told


def test_a_reminder_comes_when_it_is_due_and_says_how_long_it_lasts() -> None:
    state, last = opened(down)
    assert not remind(state, last, START + EVERY - timedelta(seconds=1), EVERY).changed
    decision = remind(state, last, START + EVERY, EVERY)
    assert decision.notification is not None
    assert decision.notification.event is Event.REMINDER
    assert decision.notification.to_json("production")["seconds"] == 4 * 3600


def test_the_next_one_comes_as_long_after_it() -> None:
    state, last = opened(down)
    first = remind(state, last, START + EVERY, EVERY)
    assert first.notification is not None
    assert not remind(first.state, first.notification, START + EVERY * 1.5, EVERY).changed
    assert remind(first.state, first.notification, START + 2 * EVERY, EVERY).changed


def test_a_reminder_is_no_run() -> None:
    state, last = opened(down)
    assert remind(state, last, START + EVERY, EVERY).state.last_run == state.last_run


def test_what_is_not_urgent_is_not_repeated() -> None:
    state, last = opened(slow, slow)
    assert not remind(state, last, START + 10 * EVERY, EVERY).changed


def test_nobody_is_reminded_of_what_nobody_was_told() -> None:
    state, last = opened(down, parents=(True,))
    assert not remind(state, last, START + 10 * EVERY, EVERY).changed


def test_what_was_said_of_another_incident_is_not_repeated() -> None:
    state, last = opened(down)
    assert not remind(state, replace(last, incident="another"), START + EVERY, EVERY).changed


def test_the_stored_form_of_a_notification_gives_it_back() -> None:
    _, last = opened(down)
    told = replace(last, note="a note", flapping=True, was=Severity.HIGH, previous="x")
    assert Notification.from_json(told.to_json("production")) == told
