"""Histories of a check for tests: looks, run by run, and what is decided of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import strategies as st

from caretaker.core.incidents.decide import decide
from caretaker.core.incidents.decision import USUAL, Circumstances, Decision
from caretaker.core.incidents.notification import Event
from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import WINDOW, State
from caretaker.core.incidents.unstable import with_instability
from caretaker.core.results import Finding, Result, Severity, Status

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
INTERVAL = timedelta(minutes=5)
DEFAULT = Policy(Confirm(1, 1), Confirm(2, 3), recover=1)

ok = (Status.OK, None, True)
unknown = (Status.UNKNOWN, None, True)
down = (Status.DOWN, Severity.CRITICAL, True)
slow = (Status.DEGRADED, Severity.MEDIUM, True)
very_slow = (Status.DEGRADED, Severity.CRITICAL, True)
unconfirmed = (Status.DOWN, Severity.CRITICAL, False)
blip = (Status.OK, None, None)  # a bad first look whose repetition was good

Look = tuple[Status, Severity | None, bool | None]

_BAD: list[Look] = list(
    product((Status.DOWN, Status.DEGRADED), (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM), (False, True))
)
_UNSURE: Look = (Status.OK, None, False)
# As many bad ones as unknown and unsure ones, twice as many good ones; chosen at once, which is quick.
looks = st.sampled_from([look for bad in _BAD for look in (ok, ok, unknown, _UNSURE, bad)])
histories = st.lists(looks, max_size=40)
confirms = st.sampled_from([Confirm(least, of) for of in range(1, WINDOW + 1) for least in range(1, of + 1)])
policies = st.builds(Policy, confirms, confirms, st.integers(1, 4))


def result(look: Look, run: int) -> Result:
    status, severity, confirmed = look
    findings = (Finding("timeout", severity, "no answer", "look at it"),) if severity else ()
    seen = (Finding("timeout", Severity.CRITICAL, "no answer", "look at it"),) if look == blip else ()
    return Result(
        "uptime/api",
        status,
        severity,
        "seen",
        START + run * INTERVAL,
        findings=findings,
        blip=seen,
        confirmed=confirmed is not False,
    )


def play(
    history: Sequence[Look], policy: Policy = DEFAULT, *, parents: Sequence[bool] = (), begin: State | None = None
) -> list[Decision]:
    """Return what is decided run by run; ``parents`` says in which runs a parent is bad."""
    state, decisions = begin or State("uptime/api"), []
    for run, look in enumerate(history):
        is_silent = run < len(parents) and parents[run]
        circumstances = Circumstances("uptime/database") if is_silent else USUAL
        decision = decide(state, with_instability(state, result(look, run)), policy, circumstances)
        state = decision.state
        decisions.append(decision)
    return decisions


def events(decisions: Sequence[Decision]) -> list[Event]:
    """Return what people are told, in order."""
    said = [decision.notification for decision in decisions if decision.notification]
    return [notification.event for notification in said if not notification.suppressed_by]


def told(history: Sequence[Look], policy: Policy = DEFAULT, parents: Sequence[bool] = ()) -> list[Event]:
    """Return what people are told of a history."""
    return events(play(history, policy, parents=parents))
