"""What a run of the demo saw and told, and whether that is what had to happen."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from caretaker.core.results import Status
from caretaker.demo.slack import Payload
from caretaker.demo.story import Scene


@dataclass(frozen=True, slots=True)
class Look:
    """What was written down of one target: ``codes`` name what was wrong, ``complaint`` says it in a sentence."""

    name: str
    status: Status
    milliseconds: int
    codes: tuple[str, ...] = ()
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One scheduled run and all that came of it.

    ``told`` is what ``uptime`` decided to tell ("opened uptime/api"), ``slack`` what arrived at Slack,
    ``subjects`` the subjects of what the SNS topic took, ``errors`` how functions failed.
    """

    at: datetime
    looks: tuple[Look, ...]
    told: frozenset[str] = frozenset()
    slack: tuple[Payload, ...] = ()
    subjects: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


def surprises(scene: Scene, run: Run) -> list[str]:
    """Return a sentence for everything that happened otherwise than the scene has it."""
    return [*run.errors, *_seen(scene, run), *_told(scene, run)]


def _seen(scene: Scene, run: Run) -> Iterator[str]:
    statuses = {look.name: look.status for look in run.looks}
    for name, expected in scene.sees.items():
        actual = statuses.get(name)
        if actual is None:
            yield f"{name} was not looked at"
        elif actual is not expected:
            yield f"{name} was {actual}, and should have been {expected}"


def _told(scene: Scene, run: Run) -> Iterator[str]:
    if run.told != scene.tells:
        yield f"it told {_listed(run.told)}, and should have told {_listed(scene.tells)}"
    expected = 1 if scene.tells else 0
    for place, count in (("Slack", len(run.slack)), ("the SNS topic", len(run.subjects))):
        if count != expected:
            yield f"{place} got {_messages(count)}, and should have got {_messages(expected)}"
    names = [said.rpartition("/")[2] for said in sorted(scene.tells)]
    for payload in run.slack:
        text = json.dumps(payload, ensure_ascii=False)
        for expected_text in [*names, *map(_minutes, scene.lasted)]:
            if expected_text not in text:
                yield f"the message at Slack does not say {expected_text!r}"


def _minutes(lasted: timedelta) -> str:
    return f"{int(lasted.total_seconds()) // 60} min"


def _listed(said: frozenset[str]) -> str:
    return ", ".join(sorted(said)) or "nothing"


def _messages(count: int) -> str:
    return {0: "no message", 1: "one message"}.get(count, f"{count} messages")
