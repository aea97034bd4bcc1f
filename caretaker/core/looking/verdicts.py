"""What the Results of a run make of the checks' states."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from caretaker.core.incidents.decide import decide, unwatch
from caretaker.core.incidents.decision import Circumstances, Decision
from caretaker.core.incidents.state import State
from caretaker.core.incidents.unstable import with_instability
from caretaker.core.looking.dependencies import every_target_failed, parents_first, suppressor
from caretaker.core.looking.suspicion import as_unknown, checker_decision
from caretaker.core.looking.watch import Seen
from caretaker.core.results import Result
from caretaker.core.targets.base import Target

LastGood = Callable[[], Mapping[str, datetime]]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The Results of a run as they count, and what they make of the states. ``again`` decides on a newer state."""

    results: list[Result]
    decisions: list[Decision]
    again: Callable[[State], Decision]


def verdicts(
    seen: Seen,
    known: Mapping[str, State],
    targets: Sequence[Target],
    last_good: LastGood,
    *,
    at: datetime,
    watched: Collection[str],
    checker: str,
    reports_network: bool = True,
    notes: Mapping[str, str] | None = None,
) -> Verdicts:
    """Return what a run comes to: ``watched`` are all configured checks, ``last_good`` is asked if one turns bad.

    ``checker`` is the name of the checker's own check, which nothing becomes of unless it ``reports_network``.
    ``notes`` are sentences for what is told of some checks.
    """
    seen_results = as_unknown(seen.results) if seen.network_lost else seen.results
    results = [with_instability(known.get(result.check, State(result.check)), result) for result in seen_results]
    states = _with_last_good(results, known, last_good)
    by_check = {result.check: result for result in results}
    watched_targets = {target.check: target for target in targets}
    note = every_target_failed(results)
    circumstances: dict[str, Circumstances] = {}

    def on_checker(state: State) -> Decision:
        return checker_decision(state, seen.results, at, network_lost=seen.network_lost and reports_network)

    def again(state: State) -> Decision:
        if state.check == checker:
            return on_checker(state)
        target = watched_targets.get(state.check)
        if target is None:
            return unwatch(state, at)
        return decide(state, by_check[state.check], target.policy, circumstances[state.check])

    decided: dict[str, Decision] = {}
    for target in parents_first(targets):
        if target.check in by_check:
            silent = suppressor(target, by_check[target.check], by_check, decided)
            sentence = (notes or {}).get(target.check) or note
            circumstances[target.check] = Circumstances(silent, sentence)
            decided[target.check] = again(states.get(target.check, State(target.check)))
    gone = [unwatch(state, at) for check, state in known.items() if check not in watched and check != checker]
    return Verdicts(results, [*decided.values(), *gone, on_checker(known.get(checker, State(checker)))], again)


def _with_last_good(results: Iterable[Result], known: Mapping[str, State], last_good: LastGood) -> dict[str, State]:
    """Return the states, those that turn bad with the time when they were good last."""
    states = dict(known)
    fresh = [result.check for result in results if result.status.is_bad and not _has_history(known, result.check)]
    if fresh:
        seen = last_good()
        for check in fresh:
            state = states.get(check, State(check))
            states[check] = replace(state, last_good=seen.get(check, state.last_good))
    return states


def _has_history(known: Mapping[str, State], check: str) -> bool:
    return check in known and bool(known[check].verdicts)
