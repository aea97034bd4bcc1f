"""The demo's runs are at times of template.yaml's schedules, and no other is due then; it knows what goes wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import pytest

from caretaker.core.results import Status
from caretaker.demo.night import night_after
from caretaker.demo.performance import evening_after, perform
from caretaker.demo.screen import Screen
from caretaker.demo.seen import Look, Run
from caretaker.demo.story import INTERVAL, STORY, Scene
from caretaker.local.events.schedules import Due, parse_expression
from caretaker.local.stack.template import read_template

TEMPLATE = Path(__file__).parents[3] / "template.yaml"


@pytest.fixture(scope="module")
def schedules() -> dict[str, Due]:
    """Each schedule of the template, by its name."""
    plain = read_template(TEMPLATE, {"Environment": "demo"})
    return {
        name: parse_expression(plain.parameters[one["Properties"]["ScheduleExpression"]["Ref"]])
        for name, one in plain.resources.items()
        if one["Type"] == "AWS::Scheduler::Schedule"
    }


def due(schedules: dict[str, Due], at: datetime) -> set[str]:
    return {name for name, is_due in schedules.items() if is_due(at)}


def test_each_run_of_the_evening_is_one_of_the_targets_and_of_nothing_else(schedules: dict[str, Due]) -> None:
    first = evening_after(datetime(2026, 11, 21, 12, 33, 7, tzinfo=UTC))
    runs = [due(schedules, first + number * INTERVAL) for number in range(len(STORY))]
    assert runs == [{"UptimeRuns", "NotifySweeps"}] * len(STORY)


def test_the_run_of_the_night_makes_the_backup_as_well(schedules: dict[str, Due]) -> None:
    night = night_after(datetime(2026, 11, 21, 22, 5, tzinfo=UTC))
    assert due(schedules, night) == {"UptimeRuns", "NotifySweeps", "BackupRuns"}


@pytest.mark.parametrize(
    ("now", "expected"), [("11-21T00:10", "11-21"), ("11-21T21:35", "11-22"), ("12-31T23:58", "01-01")]
)
def test_the_story_begins_in_the_next_evening(now: str, expected: str) -> None:
    assert f"{evening_after(datetime.fromisoformat(f'2026-{now}Z')):%m-%d %H:%M}" == f"{expected} 21:35"


def test_the_night_is_the_one_after_the_evening() -> None:
    assert night_after(datetime(2026, 12, 31, 22, 5, tzinfo=UTC)) == datetime(2027, 1, 1, 2, tzinfo=UTC)
    assert night_after(datetime(2027, 1, 1, 0, 30, tzinfo=UTC)) == datetime(2027, 1, 1, 2, tzinfo=UTC)


class Quiet:
    """A stage on which the api is well whatever happens: what is really on it takes long to build."""

    shop, aws = SimpleNamespace(url="https://shop"), SimpleNamespace(endpoint_url="http://aws")

    def __init__(self, say: Callable[[str], None]) -> None:
        say("nothing to build")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is to be ended."""

    def play(self, scene: Scene, at: datetime) -> Run:
        return Run(at, (Look("api", Status.OK, 1),))

    def calls(self) -> dict[str, int]:
        return {}


def test_it_says_in_a_sentence_what_else_happened_and_has_no_night_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caretaker.demo.performance.Stage", Quiet)
    story = [Scene({"api": Status.OK}), Scene({"api": Status.DOWN}), Scene({"api": Status.OK})]

    assert not perform(Screen(), story)

    shown = capsys.readouterr().out
    assert "21:40: api was ok, and should have been down\n" in shown
    assert "21:45" not in shown
