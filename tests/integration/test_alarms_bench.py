"""The bench of alarms sees what goes wrong: its figures move when a rule is taken away."""

from datetime import timedelta

import pytest

from bench.alarms.__main__ import measure
from bench.alarms.judge import Figures, baseline
from bench.alarms.play import Player
from bench.alarms.trace import INTERVAL, START, Fault, Trace, make
from caretaker.core.targets.base import Recheck
from tests.samples import target

pytestmark = pytest.mark.timeout(180)


def fault(run: int, seconds: float, kind: str = "reset", before: float = 5.0) -> Fault:
    """Something that is wrong from shortly before a run on."""
    begin = START + run * INTERVAL - timedelta(seconds=before)
    return Fault(begin, begin + timedelta(seconds=seconds), kind)


def trace(*faults: Fault, runs: int = 10, network: tuple[Fault, ...] = ()) -> Trace:
    return Trace(START + runs * INTERVAL, {"t0": list(faults), "t1": []}, network=list(network))


def figures(one: Trace) -> Figures:
    return measure(one, shows=False)


def test_a_blip_alarms_the_first_failure_rule_and_not_us() -> None:
    one = trace(fault(3, 8))
    assert baseline(one, "first failure", 1).false == 1
    assert figures(one).false_for_blips == 0


def test_without_re_checks_the_same_blip_is_a_false_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Player._target

    def believing(number: int, url: str) -> object:
        made = real(number, url)
        return target(name=made.name, url=url, timeout=made.timeout, policy=made.policy, recheck=Recheck(0, 20.0))

    monkeypatch.setattr(Player, "_target", staticmethod(believing))
    assert figures(trace(fault(3, 8))).false_for_blips == 1


def test_an_outage_is_detected_in_its_first_run() -> None:
    found = figures(trace(fault(3, 1200, before=60)))
    assert (found.outages, found.missed, found.lost) == (1, 0, 0)
    assert 60 <= found.delays_at_once[0] < 100


def test_a_lost_network_of_the_checker_is_no_alarm_of_a_target() -> None:
    found = figures(trace(network=(fault(3, 900, "stall"),)))
    assert (found.false_for_the_checker, found.messages) == (0, 3)  # lost, still lost, back


def test_an_outage_that_nobody_is_told_of_is_missed_and_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Player, "_notify", lambda _: None)
    found = figures(trace(fault(3, 1200)))
    assert found.missed == 1
    assert found.lost >= 1


def test_a_seed_makes_the_same_trace_twice() -> None:
    assert make(7, 2, 5) == make(7, 2, 5)
    assert make(7, 2, 5) != make(8, 2, 5)


def test_kills_and_doubled_events_cost_nothing() -> None:
    one = trace(fault(3, 1200))
    one.kills = {START + number * INTERVAL: ("kill", number, number % 2 == 0) for number in range(3, 8)}
    one.twice = set(one.runs)
    found = figures(one)
    assert (found.missed, found.lost, found.false_otherwise) == (0, 0, 0)
    assert found.doubled <= found.killed
