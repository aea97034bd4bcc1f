"""Which checks stay silent because something that they depend on is bad.

* An alarm must be held back only for one that is at least as urgent, so that whoever is to be woken is.
* What only suspects itself suppresses as well: its own alarm comes, or the next run brings this one.
"""

from collections.abc import Iterable, Mapping

from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.state import verdict_of
from caretaker.core.results import Result, Status
from caretaker.core.targets.base import Target


def parents_first(targets: Iterable[Target]) -> list[Target]:
    """Return the targets with everything that one depends on before it."""
    by_check = {target.check: target for target in targets}
    ordered: dict[str, Target] = {}

    def add(target: Target) -> None:
        pending = [target]
        while pending:
            last = pending[-1]
            missing = [by_check[check] for check in last.parents if check in by_check and check not in ordered]
            if missing and len(pending) <= len(by_check):
                pending.append(missing[0])
            else:
                ordered.setdefault(pending.pop().check, last)

    for target in by_check.values():
        add(target)
    return list(ordered.values())


def suppressor(target: Target, result: Result, results: Mapping[str, Result], decided: Mapping[str, Decision]) -> str:
    """Return the check for whose sake a bad one stays silent, empty if there is none."""
    if not result.status.is_bad:
        return ""
    mine = verdict_of(result).badness
    return next((check for check in target.parents if _covers(_badness(check, results, decided), mine)), "")


def _covers(parents: tuple[int, bool], childs: tuple[int, bool]) -> bool:
    rank, is_down = parents
    return rank >= childs[0] and is_down >= childs[1]


def _badness(check: str, results: Mapping[str, Result], decided: Mapping[str, Decision]) -> tuple[int, bool]:
    """Return how bad something depended on is: as this run saw it, else as its open incident says."""
    result = results.get(check)
    if result is not None and result.status.is_bad:
        return verdict_of(result).badness
    incident = decided[check].state.incident if check in decided else None
    return incident.told if incident else (-1, False)


def every_target_failed(results: Iterable[Result]) -> str:
    """Return a note for what is told if all of several targets are down, else nothing."""
    statuses = [result.status for result in results if result.status is not Status.UNKNOWN]
    if len(statuses) < 2 or any(status is not Status.DOWN for status in statuses):
        return ""
    return f"All {len(statuses)} targets failed in this run: look first at what they share."
