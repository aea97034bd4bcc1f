"""Looks are repeated where they are news, and nowhere else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.incidents.decide import decide
from caretaker.core.incidents.state import State
from caretaker.core.looking.watch import Pace, watch
from caretaker.core.results import Finding, Result, Severity, Status, judge
from caretaker.core.targets.base import Recheck, Target
from tests.samples import TARGET, target

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
DOWN = Finding("timeout", Severity.CRITICAL, "no answer", "look at it")
SLOW = Finding("slow", Severity.MEDIUM, "slow", "look at it")


@dataclass
class World:
    """Targets that answer by a script, and a clock that only waiting and looking move."""

    script: dict[str, list[list[Finding] | None]]
    now: float = 0.0
    seconds_per_look: float = 1.0
    looks: list[tuple[float, list[str]]] = field(default_factory=list)

    def look(self, targets: Sequence[Target]) -> Iterator[Result]:
        self.looks.append((self.now, [target.name for target in targets]))
        self.now += self.seconds_per_look
        for one in targets:
            answers = self.script[one.name]
            findings = answers.pop(0) if len(answers) > 1 else answers[0]
            if findings is None:
                yield Result(one.check, Status.UNKNOWN, None, "no time", observed_at=AT)
            else:
                yield judge(one.check, findings, observed_at=AT, healthy="fine")

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def run(self, *targets: Target, states: dict[str, State] | None = None, deadline: float = 1e9) -> list[Result]:
        pace = Pace(deadline, lambda: self.now, self.wait)
        return watch(targets, states or {}, self.look, pace).results


def open_state(*findings: Finding) -> dict[str, State]:
    result = judge(TARGET.check, findings, observed_at=AT.replace(hour=1), healthy="")
    return {TARGET.check: decide(State(TARGET.check), result, TARGET.policy).state}


def test_a_good_look_is_not_repeated() -> None:
    world = World({"api": [[]]})
    (result,) = world.run(TARGET)
    assert result.status is Status.OK
    assert len(world.looks) == 1


def test_a_bad_look_is_repeated_twice_over_twenty_seconds() -> None:
    world = World({"api": [[DOWN]]}, seconds_per_look=0)
    (result,) = world.run(TARGET)
    assert (result.status, result.confirmed) == (Status.DOWN, True)
    assert [at for at, _ in world.looks] == [0, 10, 20]


def test_a_bad_look_whose_repetition_passes_is_a_blip() -> None:
    world = World({"api": [[DOWN], []]})
    (result,) = world.run(TARGET)
    assert result.status is Status.OK
    assert result.blip == (DOWN,)
    assert len(world.looks) == 2


def test_only_what_was_bad_is_looked_at_again_and_all_of_it_at_once() -> None:
    names = ("a", "b", "c", "d")
    world = World({"a": [[]], "b": [[DOWN]], "c": [[]], "d": [[SLOW]]})
    results = world.run(*(target(name=name) for name in names))
    assert sorted(result.name for result in results) == list(names)
    assert [sorted(looked) for _, looked in world.looks] == [list(names), ["b", "d"], ["b", "d"]]


def test_what_is_known_to_be_down_is_not_looked_at_again() -> None:
    world = World({"api": [[DOWN]]})
    (result,) = world.run(TARGET, states=open_state(DOWN))
    assert result.confirmed
    assert len(world.looks) == 1


def test_a_recovery_is_repeated_too() -> None:
    world = World({"api": [[]]})
    (result,) = world.run(TARGET, states=open_state(DOWN))
    assert result.status is Status.OK
    assert len(world.looks) == 3


def test_a_recovery_that_does_not_last_is_none() -> None:
    world = World({"api": [[], [DOWN]]})
    (result,) = world.run(TARGET, states=open_state(DOWN))
    assert result.status is Status.DOWN
    assert len(world.looks) == 2


def test_an_outage_after_known_slowness_is_news() -> None:
    world = World({"api": [[DOWN]]})
    states = open_state(Finding("slow", Severity.MEDIUM, "slow", ""))
    state = decide(
        states[TARGET.check],
        judge(TARGET.check, [SLOW], observed_at=AT.replace(hour=1, minute=5), healthy=""),
        TARGET.policy,
    ).state
    assert state.incident is not None
    world.run(TARGET, states={TARGET.check: state})
    assert len(world.looks) == 3


def test_a_bad_look_that_cannot_be_repeated_in_time_is_not_confirmed() -> None:
    world = World({"api": [[DOWN]]})
    (result,) = world.run(TARGET, deadline=15.0)
    assert (result.status, result.confirmed) == (Status.DOWN, False)
    assert len(world.looks) == 1


def test_a_repetition_that_ran_out_of_time_does_not_confirm() -> None:
    world = World({"api": [[DOWN], None]})
    (result,) = world.run(TARGET)
    assert (result.status, result.confirmed) == (Status.DOWN, False)


def test_targets_keep_their_own_pace() -> None:
    quick = target(name="quick", recheck=Recheck(1, 2.0))
    world = World({"quick": [[DOWN]], "api": [[DOWN]]}, seconds_per_look=0)
    world.run(quick, TARGET)
    assert world.looks == [(0, ["quick", "api"]), (2, ["quick"]), (10, ["api"]), (20, ["api"])]


def test_without_repetitions_a_bad_look_counts_as_it_is() -> None:
    world = World({"api": [[DOWN]]})
    (result,) = world.run(target(recheck=Recheck(0, 20.0)))
    assert result.confirmed
    assert len(world.looks) == 1


answers = st.lists(st.sampled_from([[], [DOWN], [SLOW], None]), min_size=1, max_size=4)


@given(st.dictionaries(st.sampled_from("abcdefgh"), answers), st.floats(0, 60), st.integers(0, 3))
def test_every_target_gets_exactly_one_result_and_the_deadline_is_kept(
    script: dict[str, list[list[Finding] | None]], deadline: float, times: int
) -> None:
    world = World({name: list(looks) for name, looks in script.items()})
    targets = [target(name=name, recheck=Recheck(times, 20.0)) for name in script]
    results = world.run(*targets, deadline=deadline)
    assert sorted(result.name for result in results) == sorted(script)
    assert all(at + TARGET.timeout <= deadline for at, _ in world.looks[1:])


def test_a_storm_is_repeated_once_at_the_end_of_the_span() -> None:
    targets = [target(name=f"t{number}") for number in range(300)]
    world = World({one.name: [[DOWN]] for one in targets})
    assert {result.confirmed for result in world.run(*targets)} == {True}
    assert [(at, len(names)) for at, names in world.looks] == [(0.0, 300), (21.0, 300)]
