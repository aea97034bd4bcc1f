"""One run, from the states to what is told: look, judge, write, remember."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from caretaker.core.config import CertificatesConfig
from caretaker.core.incidents.state import State
from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.reporting import Ran
from caretaker.core.looking.verdicts import verdicts
from caretaker.core.looking.watch import Pace, Seen, watch
from caretaker.core.looking.writing import last_good, write_down
from caretaker.core.results import Result, Status
from caretaker.core.store import changes, states
from caretaker.core.store.table import Table
from functions.cert_check import remembering
from functions.cert_check.known import Memory
from functions.cert_check.looking import Looks
from functions.cert_check.rules.renewals import renewed

KIND = "cert"
CHECKER = f"checker/{KIND}"


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run works with: the table, the configuration, and the times.

    ``monotonic`` is a clock in seconds, ``wait`` sleeps for some. ``runtime_api`` is the ``host:port`` of
    Lambda's Runtime API.
    """

    table: Table
    config: CertificatesConfig
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    wait: Callable[[float], None]
    runtime_api: str = ""


def run(at: datetime, deadline: float, tools: Tools) -> Ran:
    """Look at every endpoint once, and write down what that changes. ``deadline`` is in seconds of ``monotonic``."""
    began = tools.monotonic()
    table, config = tools.table, tools.config
    checker = states.load(table, "checker").only(lambda check: check == CHECKER)
    known = states.load(table, KIND) | checker
    looks = Looks(
        Conditions(observed_at=at, deadline=deadline, monotonic=tools.monotonic, runtime_api=tools.runtime_api),
        remembering.load(table),
    )
    pace = Pace(deadline, tools.monotonic, tools.wait)
    seen = _left_to_uptime(watch(config.targets, known.states, looks.look, pace, config.controls), config)
    came_to = verdicts(
        seen,
        known.states,
        config.targets,
        lambda: last_good(table, KIND, at),
        at=at,
        watched={target.check for target in config.targets},
        checker=CHECKER,
        reports_network=config.reports_network,
        notes=_renewals(known.states, {**looks.remembered, **looks.learned}),
    )
    told = write_down(table, changes.Run(config.environment, KIND, at, tools.clock, tools.wait), came_to, known)
    remembering.save(table, looks.learned, at)
    return Ran(came_to.results, told, known.unreadable, tools.monotonic() - began)


def _left_to_uptime(seen: Seen, config: CertificatesConfig) -> Seen:
    """Return what was seen without what ``uptime`` tells people as well: that an endpoint, or a network, is gone."""
    reached_by = {target.check: target.reached_by for target in config.targets}
    results = [_left(result, reached_by[result.check]) for result in seen.results]
    return Seen(results, seen.network_lost)


def _left(result: Result, reached_by: str) -> Result:
    if not reached_by or [finding.code for finding in result.findings] != ["unreachable"]:
        return result
    summary = f"could not look, {reached_by} tells why: {result.summary}"
    return replace(result, status=Status.UNKNOWN, severity=None, summary=summary, findings=())


def _renewals(known: Mapping[str, State], memories: Mapping[str, Memory]) -> dict[str, str]:
    """Return for the checks with an open incident a sentence on the renewal since it began."""
    incidents = {check: state.incident for check, state in known.items()}
    return {
        check: renewed(memories[check], incident.since)
        for check, incident in incidents.items()
        if incident and check in memories
    }
