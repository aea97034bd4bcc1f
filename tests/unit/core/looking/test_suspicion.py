"""The checker doubts itself where it has reason to, and nowhere else."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.state import State
from caretaker.core.looking.verdicts import Verdicts, verdicts
from caretaker.core.looking.watch import Pace, watch
from caretaker.core.results import Finding, Result, Severity, Status, judge
from caretaker.core.targets.base import Recheck
from tests.samples import target
from tests.unit.core.looking.test_watch import World

CHECK = "checker/uptime"
START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
CONTROLS = [target(name="control:1", timeout=1.0), target(name="control:2", timeout=1.0)]
TARGETS = [target(name=name, recheck=Recheck(2, 20.0), timeout=1.0) for name in ("api", "shop")]
NETWORK = ["timeout", "connect-timeout", "dns-failure"]
OTHERS = ["connection-refused", "connection-reset", "tls-failure", "http-status", "json-mismatch"]

Looks = list[list[Finding] | None]


def bad(code: str) -> list[Finding]:
    return [Finding(code, Severity.CRITICAL, f"{code} happened", "look at it")]


def run(script: Mapping[str, Looks], states: Mapping[str, State], number: int, deadline: float = 1e9) -> Verdicts:
    world = World({name: [*looks] for name, looks in script.items()})
    pace = Pace(deadline, lambda: world.now, world.wait)
    seen = watch(TARGETS, states, world.look, pace, CONTROLS)
    checks = [one.check for one in TARGETS]
    at = START + number * timedelta(minutes=5)
    results = [judge_again(result, at) for result in seen.results]
    seen.results[:] = results
    return verdicts(seen, states, TARGETS, dict, at=at, watched=checks, checker=CHECK)


def judge_again(result: Result, at: datetime) -> Result:
    return judge(result.check, result.findings, observed_at=at, healthy="fine")


def play(*scripts: Mapping[str, Looks]) -> tuple[list[list[Decision]], dict[str, State]]:
    states: dict[str, State] = {}
    decided = []
    for number, script in enumerate(scripts):
        decisions = [decision for decision in run(script, states, number).decisions if decision.changed]
        states |= {decision.state.check: decision.state for decision in decisions}
        decided.append(decisions)
    return decided, states


def script(api: str = "", shop: str = "", controls: str = "") -> dict[str, Looks]:
    """A run in which each of these fails with a code for its whole length."""
    failing = {"api": api, "shop": shop, "control:1": controls, "control:2": controls}
    return {name: [bad(code) if code else []] for name, code in failing.items()}


def told(decisions: list[Decision]) -> list[str]:
    return [f"{one.notification.event} {one.state.check}" for one in decisions if one.notification]


LOST = script("timeout", "dns-failure", "connect-timeout")
GOOD = script()


def test_without_a_network_one_message_tells_of_the_checker_and_none_of_the_targets() -> None:
    (decisions,), states = play(LOST)
    assert told(decisions) == [f"opened {CHECK}"]
    assert set(states) == {CHECK}
    notification = decisions[0].notification
    assert notification is not None
    assert (notification.severity, notification.status) == (Severity.HIGH, Status.DEGRADED)
    assert [finding.code for finding in notification.findings] == ["network-lost"]


def test_the_results_of_such_a_run_are_unknown_and_say_why() -> None:
    results = run(LOST, {}, 0).results
    assert {result.status for result in results} == {Status.UNKNOWN}
    assert "the checker's own network failed (timeout happened)" in results[0].summary


def test_after_three_such_runs_people_hear_that_the_targets_are_unwatched() -> None:
    runs, _ = play(LOST, LOST, LOST, LOST)
    assert [told(decisions) for decisions in runs] == [[f"opened {CHECK}"], [], [f"reminder {CHECK}"], []]
    said = runs[2][0].notification
    assert said is not None
    assert said.summary.startswith("the targets are unwatched: for 3 runs")


def test_the_end_of_it_is_told_and_the_targets_are_as_they_were() -> None:
    runs, states = play(script(api="http-status"), LOST, script(api="http-status"))
    assert [told(decisions) for decisions in runs] == [
        ["opened uptime/api"],
        [f"opened {CHECK}"],
        [f"resolved {CHECK}"],
    ]
    assert states["uptime/api"].incident is not None


@pytest.mark.parametrize("code", OTHERS)
def test_a_failure_of_another_kind_pages_though_the_controls_fail(code: str) -> None:
    runs, _ = play(script(api=code, controls="timeout"))
    assert told(runs[0]) == ["opened uptime/api"]


@pytest.mark.parametrize("code", OTHERS)
def test_one_failure_of_another_kind_makes_all_of_them_count(code: str) -> None:
    runs, _ = play(script("timeout", code, "timeout"))
    assert told(runs[0]) == ["opened uptime/api", "opened uptime/shop"]


@pytest.mark.parametrize("code", NETWORK)
def test_targets_on_a_dead_host_page_while_the_controls_answer(code: str) -> None:
    runs, _ = play(script(code, code))
    assert told(runs[0]) == ["opened uptime/api", "opened uptime/shop"]
    notification = runs[0][0].notification
    assert notification is not None
    assert notification.note.startswith("All 2 targets failed in this run")


def test_one_dead_control_changes_nothing() -> None:
    half = script("timeout") | {"control:1": [bad("timeout")]}
    assert told(play(half)[0][0]) == ["opened uptime/api"]
    assert play(GOOD | {"control:1": [bad("timeout")], "control:2": [bad("timeout")]})[0] == [[]]


@pytest.mark.parametrize("answer", OTHERS)
def test_a_control_that_answers_badly_has_answered(answer: str) -> None:
    assert told(play(script("timeout", controls=answer))[0][0]) == ["opened uptime/api"]


def test_one_control_alone_is_never_believed() -> None:
    world = World(script("timeout", "timeout", "timeout"))
    pace = Pace(1e9, lambda: world.now, world.wait)
    assert not watch(TARGETS, {}, world.look, pace, CONTROLS[:1]).network_lost


def test_what_counts_is_the_look_that_decides() -> None:
    """The controls fail beside a look that is repeated later, and answer beside the one that decides."""
    there_again: dict[str, Looks] = {"control:1": [bad("timeout"), []], "control:2": [bad("timeout"), []]}
    runs, _ = play(script("timeout") | there_again)
    assert told(runs[0]) == ["opened uptime/api"]


def test_a_network_that_is_back_before_the_last_look_is_a_blip() -> None:
    back: dict[str, Looks] = {name: [bad("timeout"), []] for name in ("api", "shop", "control:1", "control:2")}
    runs, _ = play(back)
    assert told(runs[0]) == []


def test_an_outage_that_is_known_stays_as_it_is_while_the_network_is_lost() -> None:
    known = script(api="timeout")
    runs, states = play(known, script("timeout", controls="timeout"), known, GOOD)
    assert [told(decisions) for decisions in runs] == [
        ["opened uptime/api"],
        [f"opened {CHECK}"],
        [f"resolved {CHECK}"],
        ["resolved uptime/api"],
    ]
    assert "uptime/api" in states


def test_without_time_to_look_at_the_controls_it_pages() -> None:
    decisions = [one for one in run(LOST, {}, 0, deadline=1.5).decisions if one.changed]
    assert {one.state.check for one in decisions} == {"uptime/api", "uptime/shop"}


codes = st.sampled_from(["", "", *NETWORK, *OTHERS])


@given(st.lists(st.tuples(codes, codes), max_size=12), st.data())
def test_lost_runs_leave_no_trace_in_the_targets(history: list[tuple[str, str]], data: st.DataObject) -> None:
    """Runs without a network, put anywhere into a history, tell of no target and leave every one as it was."""
    plain = [script(*codes) for codes in history]
    where = data.draw(st.lists(st.booleans(), min_size=len(plain), max_size=len(plain)))
    mixed = [
        one for script, is_lost in zip(plain, where, strict=True) for one in ([LOST, script] if is_lost else [script])
    ]
    runs, states = play(*plain)
    mixed_runs, mixed_states = play(*mixed)

    def of_targets(decisions: list[Decision]) -> list[str]:
        return [said for said in told(decisions) if not said.endswith(CHECK)]

    assert [of_targets(run) for run, script in zip(mixed_runs, mixed, strict=True) if script is not LOST] == [
        of_targets(run) for run in runs
    ]
    assert {check for check, state in states.items() if state.incident} == {
        check for check, state in mixed_states.items() if state.incident and check != CHECK
    }
    assert not any(of_targets(run) for run, script in zip(mixed_runs, mixed, strict=True) if script is LOST)


def test_the_checker_says_nothing_while_its_network_is_well() -> None:
    assert play(GOOD, GOOD)[0] == [[], []]
