"""What the Results of a run make of the checks' states."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from caretaker.core.incidents.decide import Decision, decide, unwatch
from caretaker.core.incidents.policy import Policy
from caretaker.core.incidents.state import State
from caretaker.core.results import Result

LastGood = Callable[[], Mapping[str, datetime]]


def decisions(
    results: Iterable[Result], known: Mapping[str, State], policies: Mapping[str, Policy], last_good: LastGood
) -> list[Decision]:
    """Return what each Result makes of its check. ``last_good`` is asked only if a check turns bad."""
    states = dict(known)
    fresh = [result.check for result in results if result.status.is_bad and result.check not in _with_history(known)]
    if fresh:
        seen = last_good()
        for check in fresh:
            state = states.get(check, State(check))
            states[check] = replace(state, last_good=seen.get(check, state.last_good))
    return [
        decide(states.get(result.check, State(result.check)), result, policies[result.check])
        for result in results
        if result.check in policies
    ]


def unwatched(known: Mapping[str, State], checks: Collection[str], at: datetime) -> list[Decision]:
    """Return the ends of incidents whose checks left the configuration."""
    return [unwatch(state, at) for check, state in known.items() if check not in checks]


def _with_history(known: Mapping[str, State]) -> frozenset[str]:
    return frozenset(check for check, state in known.items() if state.verdicts)
