"""Who stays silent for whose sake."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.incidents.decide import decide
from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.state import State
from caretaker.core.looking.dependencies import every_target_failed, parents_first, suppressor
from caretaker.core.results import Finding, Result, Severity, Status, judge
from caretaker.core.targets.http import HttpTarget
from tests.samples import TARGET, target

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
DATABASE = target(name="database")
API = target(name="api", depends_on=("database",))


def result(name: str, severity: Severity | None = None, code: str = "timeout") -> Result:
    findings = [Finding(code, severity, "bad", "look at it")] if severity else []
    return judge(f"uptime/{name}", findings, observed_at=AT, healthy="fine")


def silent_for(api: Result, database: Result, decided: dict[str, Decision] | None = None) -> str:
    return suppressor(API, api, {result.check: result for result in (api, database)}, decided or {})


def test_a_child_is_silent_for_a_parent_that_is_down_in_the_same_run() -> None:
    assert silent_for(result("api", Severity.CRITICAL), result("database", Severity.CRITICAL)) == "uptime/database"


def test_a_child_speaks_when_its_parent_is_well() -> None:
    assert silent_for(result("api", Severity.CRITICAL), result("database")) == ""


def test_a_parent_that_could_not_be_looked_at_counts_as_its_incident_says() -> None:
    unknown = Result("uptime/database", Status.UNKNOWN, None, "no time", AT)
    opened = decide(State("uptime/database"), result("database", Severity.CRITICAL), TARGET.policy)
    assert silent_for(result("api", Severity.CRITICAL), unknown, {"uptime/database": opened}) == "uptime/database"
    assert silent_for(result("api", Severity.CRITICAL), unknown) == ""


def test_an_alarm_is_held_back_only_for_one_that_is_at_least_as_urgent() -> None:
    assert silent_for(result("api", Severity.CRITICAL), result("database", Severity.MEDIUM)) == ""
    assert silent_for(result("api", Severity.CRITICAL), result("database", Severity.CRITICAL, "slow")) == ""
    assert silent_for(result("api", Severity.MEDIUM, "slow"), result("database", Severity.HIGH)) == "uptime/database"


@given(st.permutations(list(range(6))), st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5))))
def test_parents_come_first_whatever_the_order_of_the_file(order: list[int], edges: set[tuple[int, int]]) -> None:
    upwards = [(child, parent) for child, parent in edges if child > parent]  # no circle
    targets = [
        target(name=f"t{number}", depends_on=tuple(f"t{parent}" for child, parent in upwards if child == number))
        for number in order
    ]
    places = {one.name: place for place, one in enumerate(parents_first(targets))}
    assert len(places) == len(targets)
    assert all(places[f"t{parent}"] < places[f"t{child}"] for child, parent in upwards)


def test_a_long_chain_is_ordered_without_recursion() -> None:
    chain: list[HttpTarget] = [target(name=f"t{n}", depends_on=(f"t{n + 1}",) if n < 4999 else ()) for n in range(5000)]
    assert [one.name for one in parents_first(chain)][:2] == ["t4999", "t4998"]


def test_that_every_target_failed_is_said_if_there_are_several() -> None:
    down = [result("a", Severity.HIGH), result("b", Severity.HIGH)]
    assert every_target_failed(down).startswith("All 2 targets failed")
    assert every_target_failed(down[:1]) == ""
    assert every_target_failed([*down, result("c")]) == ""
