"""One run, from the states to what is told: look, judge, write, record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.incidents.notification import Notification
from caretaker.core.incidents.state import State
from caretaker.core.results import Result
from caretaker.core.secrets import Reader
from caretaker.core.store import changes, history, rollups, states
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger
from functions.uptime.conditions import Conditions
from functions.uptime.looking import look
from functions.uptime.shares import WHOLE, Share
from functions.uptime.targets import Prepared, Watched, watched
from functions.uptime.verdicts import verdicts
from functions.uptime.watch import Pace, Seen, watch

KIND = "uptime"
_ROLLING_UP = 2  # hours after midnight in which a day that is missing is summed up


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with: the table, the reader of secrets, the configuration, and the times.

    ``monotonic`` is a clock in seconds, ``wait`` sleeps for some. ``runtime_api`` is the ``host:port`` of
    Lambda's Runtime API.
    """

    table: Table
    read_secrets: Reader
    prepared: Prepared
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    wait: Callable[[float], None]
    runtime_api: str = ""
    share: Share = WHOLE


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to. ``unreadable`` says of checks why they could not be looked at or judged."""

    results: list[Result]
    told: list[Notification]
    unreadable: Mapping[str, str]
    seconds: float


class Unreadable(Exception):
    """Some targets could not be looked at or judged for want of their secrets or states; the message names them."""

    def __init__(self, unreadable: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{check}: {reason}" for check, reason in sorted(unreadable.items())))


def run(at: datetime, deadline: float, tools: Tools) -> Ran:
    """Look at every target once, and write down what that changes. ``deadline`` is in seconds of ``monotonic``."""
    began = tools.monotonic()
    loaded = states.load(tools.table, KIND) | states.load(tools.table, "checker")
    to_watch = watched(tools.prepared, tools.read_secrets)
    known = loaded.only(lambda check: tools.share.has_state(check, to_watch.checks, tools.prepared.everybodys))
    seen = _look(to_watch, known.states, at, deadline, tools)
    seen.results.extend(to_watch.not_looked_at(at))
    came_to = verdicts(
        seen,
        known.states,
        to_watch.targets,
        lambda: _last_good(tools.table, at),
        at=at,
        watched=to_watch.checks,
        checker=tools.share.checker,
    )
    readable = [decision for decision in came_to.decisions if decision.state.check not in known.unreadable]
    writing = changes.Run(to_watch.environment, KIND, at, tools.clock, tools.wait)
    try:
        told = changes.commit(tools.table, writing, readable, came_to.again)
    finally:
        history.record(tools.table, KIND, at, came_to.results, share=tools.share.number)
    if tools.share.number == 0:
        _roll_up_yesterday(tools.table, at)
    return Ran(came_to.results, told, {**to_watch.unreadable, **known.unreadable}, tools.monotonic() - began)


def _roll_up_yesterday(table: Table, at: datetime) -> None:
    """Sum yesterday up, in the first runs of a day, unless that is done; without a rollup it is only slower to read."""
    yesterday = at - timedelta(days=1)
    if at.hour >= _ROLLING_UP:
        return
    try:
        if not rollups.exists(table, KIND, yesterday):
            rollups.build(table, KIND, yesterday)
    except (BotoCoreError, ClientError) as failure:
        logger.warning("yesterday could not be summed up", metadata={"error": type(failure).__name__})


def _look(to_watch: Watched, known: Mapping[str, State], at: datetime, deadline: float, tools: Tools) -> Seen:
    conditions = Conditions(
        observed_at=at,
        deadline=deadline,
        monotonic=tools.monotonic,
        redactor=to_watch.redactor,
        runtime_api=tools.runtime_api,
    )
    pace = Pace(deadline, tools.monotonic, tools.wait)
    return watch(to_watch.targets, known, lambda targets: look(targets, conditions), pace, to_watch.controls)


def _last_good(table: Table, at: datetime) -> dict[str, datetime]:
    try:
        return history.last_good(table, KIND, at)
    except (BotoCoreError, ClientError) as failure:
        # The last good time is a courtesy of the message: an alarm must not wait for it.
        logger.warning("the last good times could not be read", metadata={"error": type(failure).__name__})
        return {}
