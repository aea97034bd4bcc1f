"""The demo from beginning to end."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from time import monotonic

from caretaker.core.durations import spoken
from caretaker.demo.night import Night, night_after, play_night
from caretaker.demo.screen import Screen
from caretaker.demo.seen import Run, surprises
from caretaker.demo.stage import Stage
from caretaker.demo.story import INTERVAL, STORY, Scene

_EVENING = time(21, 35)


def perform(screen: Screen, story: Sequence[Scene] = STORY) -> bool:
    """Play the whole story and show it on the screen; return whether everything happened as it had to."""
    began = monotonic()
    screen.title()
    with ExitStack() as ending:
        with screen.working("building the functions and starting the local AWS") as say:
            stage = ending.enter_context(Stage(say))
        screen.ready(stage.shop.url, stage.aws.endpoint_url, monotonic() - began)
        runs, wrong = _play(screen, stage, story)
        night = None if wrong else play_night(screen, stage, night_after(runs[-1].at))
        figures = _figures(runs, night, stage.calls(), monotonic() - began)
        with screen.working("ending the local AWS"):
            ending.close()
    screen.summary(figures)
    wrong += night.wrong if night else []
    screen.verdict(wrong)
    return not wrong


def evening_after(now: datetime) -> datetime:
    """Return the next evening's first run.

    From then until the night no other schedule of template.yaml is due within the story: backups and what is about
    them come at 02:00 and later, and their freshness is judged at half past each hour.
    """
    evening = now.replace(hour=_EVENING.hour, minute=_EVENING.minute, second=0, microsecond=0)
    return evening if evening > now else evening + timedelta(days=1)


def _play(screen: Screen, stage: Stage, story: Sequence[Scene]) -> tuple[list[Run], list[str]]:
    """Play scene after scene, up to the first that goes wrong; return the runs and what was wrong."""
    runs: list[Run] = []
    first = evening_after(datetime.now(UTC))
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


def _figures(runs: Sequence[Run], night: Night | None, calls: Mapping[str, int], seconds: float) -> dict[str, str]:
    if night is not None:
        runs = [*runs, night.run]
    simulated = round((runs[-1].at - runs[0].at).total_seconds())
    by_function = ", ".join(f"{function} {count}" for function, count in sorted(calls.items()))
    return {
        "scheduled runs": f"{len(runs)}, over {spoken(simulated)} of simulated time",
        "targets looked at": str(sum(len(run.looks) for run in runs)),
        "incidents": f"{_told(runs, 'opened')} opened, {_told(runs, 'resolved')} resolved",
        "messages": f"{sum(len(run.slack) for run in runs)} to Slack, {sum(len(run.subjects) for run in runs)} to SNS",
        "backups": night.figure if night else "none",
        "calls of AWS APIs": f"{sum(calls.values())} ({by_function})",
        "time it took": f"{seconds:.0f} s",
    }


def _told(runs: Sequence[Run], event: str) -> int:
    return sum(said.startswith(f"{event} ") for run in runs for said in run.told)
