"""Blips in number: a check that fails for seconds again and again is unstable."""

from dataclasses import replace

from caretaker.core.incidents.evidence import UNSTABLE, blips
from caretaker.core.incidents.state import WINDOW, State, verdict_of
from caretaker.core.results import Finding, Result, Severity, Status, judge


def with_instability(state: State, result: Result) -> Result:
    """Return the Result, with the finding ``unstable`` if it belongs to a row of too many blips."""
    if result.status is Status.UNKNOWN:
        return result
    count = blips((*state.verdicts[1 - WINDOW :], verdict_of(result)))
    if count < UNSTABLE:
        return result
    finding = Finding(
        "unstable",
        Severity.MEDIUM,
        f"failed for some seconds in {count} of the last {WINDOW} runs",
        "Look at what happened at these times: restarts, deployments, a saturated pool, one bad machine of several.",
        measured=f"{count} runs",
        limit=f"{UNSTABLE - 1} of {WINDOW} runs",
    )
    judged = judge(
        result.check,
        [*result.findings, finding],
        observed_at=result.observed_at,
        healthy=result.summary,
        measurements=result.measurements,
        where=result.where,
        group=result.group,
    )
    return replace(judged, blip=result.blip, confirmed=result.confirmed)
