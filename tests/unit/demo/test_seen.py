"""The demo notices whatever happens otherwise than its story has it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from caretaker.core.results import Status
from caretaker.demo.seen import Look, Run, surprises
from caretaker.demo.story import STORY, Scene

AT = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)
QUIET = Scene({"api": Status.OK})
OPENING = Scene({"api": Status.DOWN}, tells=frozenset({"opened uptime/api"}))
OPENED = Run(
    AT,
    (Look("api", Status.DOWN, 12, ("json-mismatch",), "the database is unhealthy"),),
    told=frozenset({"opened uptime/api"}),
    slack=({"text": "CRITICAL: api is down"},),
    subjects=("CRITICAL: api is down",),
)


def test_what_went_as_it_should_is_no_surprise() -> None:
    assert surprises(OPENING, OPENED) == []
    assert surprises(QUIET, Run(AT, (Look("api", Status.OK, 12),))) == []


def test_a_target_that_was_not_looked_at_is_noticed() -> None:
    assert surprises(QUIET, Run(AT, ())) == ["api was not looked at"]


def test_a_target_in_another_condition_is_noticed() -> None:
    run = Run(AT, (Look("api", Status.DEGRADED, 12),))
    assert surprises(QUIET, run) == ["api was degraded, and should have been ok"]


def test_a_second_message_is_noticed() -> None:
    run = replace(OPENED, slack=OPENED.slack * 2)
    assert surprises(OPENING, run) == ["Slack got 2 messages, and should have got one message"]


@pytest.mark.parametrize(("part", "place"), [("slack", "Slack"), ("subjects", "the SNS topic")])
def test_a_missing_message_is_noticed(part: str, place: str) -> None:
    run = replace(OPENED, **{part: ()})  # type: ignore[arg-type]  # both parts are empty tuples
    assert surprises(OPENING, run) == [f"{place} got no message, and should have got one message"]


def test_a_message_when_all_is_quiet_is_noticed() -> None:
    run = replace(OPENED, looks=(Look("api", Status.OK, 12),))
    assert surprises(QUIET, run) == [
        "it told opened uptime/api, and should have told nothing",
        "Slack got one message, and should have got no message",
        "the SNS topic got one message, and should have got no message",
    ]


def test_a_message_about_something_else_is_noticed() -> None:
    run = replace(OPENED, slack=({"text": "hello"},))
    assert surprises(OPENING, run) == ["the message at Slack does not say 'api'"]


def test_a_recovery_that_does_not_say_how_long_it_lasted_is_noticed() -> None:
    scene = replace(OPENING, lasted=(timedelta(minutes=15),))
    assert surprises(scene, OPENED) == ["the message at Slack does not say '15 min'"]


def test_a_function_that_failed_is_noticed() -> None:
    run = replace(OPENED, errors=("Sandbox.Timedout: Task timed out after 150.00 seconds",))
    assert surprises(OPENING, run) == ["Sandbox.Timedout: Task timed out after 150.00 seconds"]


def test_the_story_ends_as_it_begins_and_tells_of_each_incident_twice() -> None:
    told = [said for scene in STORY for said in sorted(scene.tells)]
    assert STORY[0].sees == STORY[-1].sees
    assert told == ["opened uptime/api", "opened uptime/frontend", "resolved uptime/api", "resolved uptime/frontend"]
