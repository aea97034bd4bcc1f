"""How much the last runs of a check say."""

from collections.abc import Callable
from datetime import datetime

from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import WINDOW, Incident, Verdict
from caretaker.core.results import Severity, Status

UNSTABLE = 3  # blips among the remembered runs that are too many
_CALMER_RUNS = 2  # an improvement is said when it has lasted for two runs, so that it does not flutter


def opens(verdicts: tuple[Verdict, ...], policy: Policy) -> bool:
    """Whether the last verdict, a bad one, completes what the policy asks for."""
    last = verdicts[-1]
    if blips(verdicts) >= UNSTABLE:
        return True
    needed = 1 if last.confirmed else 2
    down = _count(verdicts, policy.confirm, lambda verdict: verdict.status is Status.DOWN)
    bad = _count(verdicts, policy.confirm_limits, lambda verdict: verdict.status.is_bad)
    for_down = last.status is Status.DOWN and down >= max(needed, policy.confirm.bad)
    return for_down or bad >= max(needed, policy.confirm_limits.bad)


def worse(verdicts: tuple[Verdict, ...], incident: Incident, policy: Policy) -> bool:
    """Whether the last verdict is worse than what people know, by as many runs as it takes to open."""
    last = verdicts[-1]
    if last.badness <= incident.told:
        return False
    confirm = policy.confirm if last.status is Status.DOWN else policy.confirm_limits
    needed = max(1 if last.confirmed else 2, confirm.bad)
    return _count(verdicts, confirm, lambda verdict: verdict.badness >= last.badness) >= needed


def calmer(verdicts: tuple[Verdict, ...], incident: Incident, policy: Policy) -> Severity | None:
    """Return the severity of an incident that has been less bad than told for long enough, else None.

    What is down is never better than what was degraded, whatever its severity.
    """
    recent = verdicts[-max(policy.recover, _CALMER_RUNS) :]
    if incident.status is not Status.DOWN and any(verdict.status is Status.DOWN for verdict in recent):
        return None
    bad = [verdict.severity for verdict in recent if verdict.severity is not None and verdict.status.is_bad]
    if len(bad) < max(policy.recover, _CALMER_RUNS) or any(verdict.badness >= incident.told for verdict in recent):
        return None
    return max(bad, key=lambda severity: severity.rank)


def blips(verdicts: tuple[Verdict, ...]) -> int:
    """Return how many of these runs saw a failure that had gone seconds later."""
    return sum(verdict.blip for verdict in verdicts[-WINDOW:])


def matters(verdicts: tuple[Verdict, ...], policy: Policy) -> bool:
    """Whether these runs can still have a part in opening an incident."""
    longest = max(policy.confirm.of, policy.confirm_limits.of)
    return any(verdict.status.is_bad for verdict in verdicts[-longest:]) or blips(verdicts) > 0


def first_bad(verdicts: tuple[Verdict, ...], policy: Policy) -> datetime:
    """Return when the bad runs began that open an incident now."""
    longest = max(policy.confirm.of, policy.confirm_limits.of)
    return next(verdict.at for verdict in verdicts[-longest:] if verdict.status.is_bad)


def trailing_good(verdicts: tuple[Verdict, ...]) -> int:
    """Return how many good runs there were in a row, those left out that could not be repeated."""
    count = 0
    for verdict in reversed(verdicts):
        if verdict.status.is_bad:
            break
        count += verdict.confirmed
    return count


def trailing_bad(verdicts: tuple[Verdict, ...]) -> int:
    """Return how many bad runs there were in a row."""
    count = 0
    for verdict in reversed(verdicts):
        if not verdict.status.is_bad:
            break
        count += 1
    return count


def _count(verdicts: tuple[Verdict, ...], confirm: Confirm, is_one: Callable[[Verdict], bool]) -> int:
    return sum(1 for verdict in verdicts[-confirm.of :] if is_one(verdict))
