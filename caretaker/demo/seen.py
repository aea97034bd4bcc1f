"""What a run of the demo saw and told, and whether that is what had to happen."""

import json
from collections.abc import Iterator, Sequence
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
class Mail:
    """A message that the SNS topic passed on."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """One scheduled run, with all the messages that arrived because of it."""

    at: datetime
    looks: tuple[Look, ...]
    told: frozenset[str]
    slack: tuple[Payload, ...]
    mails: tuple[Mail, ...]


def surprises(scene: Scene, run: Run) -> list[str]:
    """Return a sentence for everything that happened otherwise than the scene has it."""
    return [*_seen(scene, run), *_told(scene, run)]


def _seen(scene: Scene, run: Run) -> Iterator[str]:
    statuses = {look.name: look.status for look in run.looks}
    for name, expected in scene.sees.items():
        actual = statuses.get(name)
        if actual is None:
            yield f"{name} was not looked at"
        elif actual is not expected:
            yield f"{name} was {actual}, not {expected}"


def _told(scene: Scene, run: Run) -> Iterator[str]:
    if run.told != scene.tells:
        yield f"what was told was {_listed(run.told)}, not {_listed(scene.tells)}"
    expected = 1 if scene.tells else 0
    for where, messages in (("Slack", run.slack), ("the SNS topic", run.mails)):
        if len(messages) != expected:
            yield f"{where} got {_messages(len(messages))}, not {_messages(expected)}"
    for payload in run.slack:
        text = json.dumps(payload, ensure_ascii=False)
        for said in sorted(scene.tells):
            name = said.rpartition("/")[2]
            if name not in text:
                yield f"the message to Slack does not name {name}"
        for lasted in scene.lasted:
            if duration(lasted) not in text:
                yield f"the message to Slack does not say that it lasted {duration(lasted)}"


def duration(lasted: timedelta) -> str:
    """Return a duration of whole minutes as the messages say it: ``15 min``."""
    return f"{int(lasted.total_seconds()) // 60} min"


def _listed(said: frozenset[str]) -> str:
    return ", ".join(sorted(said)) or "nothing"


def _messages(count: int) -> str:
    return {0: "no message", 1: "one message"}.get(count, f"{count} messages")


def slack_total(runs: Sequence[Run]) -> int:
    """Return how many messages Slack got in all runs."""
    return sum(len(run.slack) for run in runs)
