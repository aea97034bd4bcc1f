"""One run, from the states to what is told: look, judge, write, record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from caretaker.core.incidents.state import State
from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.reporting import Ran
from caretaker.core.looking.verdicts import verdicts
from caretaker.core.looking.watch import Pace, Seen, watch
from caretaker.core.looking.writing import last_good, write_down
from caretaker.core.secrets import Reader
from caretaker.core.store import changes, states
from caretaker.core.store.table import Table
from functions.uptime.looking import look
from functions.uptime.shares import WHOLE, Share
from functions.uptime.targets import Prepared, Watched, watched

KIND = "uptime"


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
        lambda: last_good(tools.table, KIND, at),
        at=at,
        watched=to_watch.checks,
        checker=tools.share.checker,
    )
    writing = changes.Run(to_watch.environment, KIND, at, tools.clock, tools.wait)
    told = write_down(tools.table, writing, came_to, known, share=tools.share.number)
    return Ran(came_to.results, told, {**to_watch.unreadable, **known.unreadable}, tools.monotonic() - began)


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
