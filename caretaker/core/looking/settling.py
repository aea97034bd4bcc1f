"""Results that stand for themselves: no repeated looks, no dependencies, no doubt of the checker's own network."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from caretaker.core.incidents.decide import decide, unwatch
from caretaker.core.incidents.decision import Circumstances, Decision
from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import State
from caretaker.core.looking.verdicts import Verdicts
from caretaker.core.results import Result

AT_ONCE = Policy(Confirm(1, 1), Confirm(1, 1), recover=1, each_code=True)


def settle(
    results: Sequence[Result],
    known: Mapping[str, State],
    watched: Collection[str],
    *,
    at: datetime,
    notes: Mapping[str, str] | None = None,
) -> Verdicts:
    """Return what Results make of the checks' states; known ones not ``watched`` have left the configuration.

    ``at`` is the time of the run, ``notes`` are sentences for what is told of some checks.
    """
    by_check = {result.check: result for result in results}

    def again(state: State) -> Decision:
        result = by_check.get(state.check)
        if result is None:
            return unwatch(state, at)
        return decide(state, result, AT_ONCE, Circumstances(note=(notes or {}).get(state.check, "")))

    seen = [again(known.get(check, State(check))) for check in by_check]
    gone = [again(state) for check, state in known.items() if check not in watched]
    return Verdicts(list(results), [*seen, *gone], again)
