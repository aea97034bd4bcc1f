"""The checker suspects itself: whether it is its own network that failed, and not what it looks at.

* It must do so only if every failure of the run is of the network kind (no name, no connection, no answer in
  time) and all control targets failed at the same time.
* In every other case it must page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from caretaker.core.incidents.decide import decide, is_repeated
from caretaker.core.incidents.decision import Decision, tell
from caretaker.core.incidents.evidence import trailing_bad
from caretaker.core.incidents.notification import Event
from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import State
from caretaker.core.results import Finding, Result, Severity, Status, judge

POLICY = Policy(Confirm(1, 1), Confirm(1, 1), recover=1)
UNWATCHED_AFTER = 3  # runs in a row
_NETWORK = frozenset({"dns-failure", "connect-timeout", "timeout"})


def is_network_failure(result: Result) -> bool:
    """Whether a look failed as every look does where there is no network.

    The finding ``unreachable`` is said to be so by the measurement ``failure``.
    """
    failure = result.measurements.get("failure")
    return result.status is Status.DOWN and all(
        (failure if finding.code == "unreachable" else finding.code) in _NETWORK for finding in result.findings
    )


def may_be_our_own(results: Iterable[Result]) -> bool:
    """Whether there are failures, and all of them are of the network kind."""
    bad = [result for result in results if result.status.is_bad]
    return bool(bad) and all(is_network_failure(result) for result in bad)


def as_unknown(results: Iterable[Result]) -> list[Result]:
    """Return the Results of a run in which the checker had no network: the failures say nothing."""
    return [_unknown(result) if result.status.is_bad else result for result in results]


def _unknown(result: Result) -> Result:
    summary = f"could not look: the checker's own network failed ({result.summary})"
    return replace(result, status=Status.UNKNOWN, severity=None, summary=summary, findings=(), blip=())


def checker_decision(state: State, results: Sequence[Result], at: datetime, *, network_lost: bool) -> Decision:
    """Return what a run makes of the checker's own check."""
    runs = trailing_bad(state.verdicts) + 1
    lost = [_lost(results, runs)] if network_lost else []
    result = judge(state.check, lost, observed_at=at, healthy="it has a network")
    decision = decide(state, result, POLICY)
    incident = decision.state.incident
    if not network_lost or runs != UNWATCHED_AFTER or incident is None or is_repeated(state, at):
        return decision
    told = replace(decision.state, incident=replace(incident, told_at=at))
    return Decision(told, changed=True, notification=tell(Event.REMINDER, told, incident, result))


def _lost(results: Sequence[Result], runs: int) -> Finding:
    failed = sum(result.status.is_bad for result in results)
    summary = f"{failed} of {len(results)} looks found no network, and neither did those at the control targets"
    if runs >= UNWATCHED_AFTER:
        summary = f"the targets are unwatched: for {runs} runs {summary}"
    return Finding(
        "network-lost",
        Severity.HIGH,
        summary,
        "Check the network of the function: its VPC, routes, NAT gateway and name servers, and the status of AWS.",
        measured=f"{runs} runs in a row" if runs > 1 else "1 run",
    )
