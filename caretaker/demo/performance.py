"""The demo from beginning to end."""

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from caretaker.demo.screen import Screen
from caretaker.demo.seen import Run, surprises
from caretaker.demo.stage import Stage
from caretaker.demo.story import INTERVAL, STORY, Scene


def perform(screen: Screen, story: Sequence[Scene] = STORY) -> bool:
    """Play the whole story and show it on the screen; return whether everything happened as it had to."""
    began = time.monotonic()
    screen.title()
    with ExitStack() as ending:
        with screen.working("building the functions and starting the local AWS") as say:
            stage = ending.enter_context(Stage(say))
        screen.ready(stage.shop.url, stage.aws.endpoint_url, time.monotonic() - began)
        runs, wrong = _play(screen, stage, story)
        figures = _figures(runs, stage.calls(), time.monotonic() - began)
        with screen.working("ending the local AWS"):
            ending.close()
    screen.summary(figures)
    screen.verdict(wrong)
    return not wrong


def next_run(now: datetime) -> datetime:
    """Return the next time that the schedule of template.yaml, every five minutes, is due."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    past = (now - hour) // INTERVAL
    return hour + (past + 1) * INTERVAL


def _play(screen: Screen, stage: Stage, story: Sequence[Scene]) -> tuple[list[Run], list[str]]:
    """Play scene after scene, up to the first that goes wrong; return the runs and what was wrong."""
    runs: list[Run] = []
    first = next_run(datetime.now(UTC))
    for number, scene in enumerate(story):
        at = first + number * INTERVAL
        screen.heading(scene.heading)
        with screen.working(f"the run of {at:%H:%M}"):
            run = stage.play(scene, at)
        screen.run(run)
        runs.append(run)
        wrong = [f"{at:%H:%M}: {sentence}" for sentence in surprises(scene, run)]
        if wrong:
            return runs, wrong
    return runs, []


def _figures(runs: Sequence[Run], calls: Mapping[str, int], seconds: float) -> dict[str, str]:
    simulated = runs[-1].at - runs[0].at
    by_function = ", ".join(f"{function} {count}" for function, count in sorted(calls.items()))
    return {
        "scheduled runs": f"{len(runs)}, over {simulated // timedelta(minutes=1)} simulated minutes",
        "targets looked at": str(sum(len(run.looks) for run in runs)),
        "incidents": f"{_told(runs, 'opened')} opened, {_told(runs, 'resolved')} resolved",
        "messages": f"{sum(len(run.slack) for run in runs)} to Slack, {sum(len(run.subjects) for run in runs)} to SNS",
        "calls of AWS APIs": f"{sum(calls.values())} ({by_function})",
        "time it took": f"{seconds:.0f} s",
    }


def _told(runs: Sequence[Run], event: str) -> int:
    return sum(said.startswith(f"{event} ") for run in runs for said in run.told)
