"""Uptime equals what the incidents add up to, however a time is cut, ordered or read twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.availability import Account, Change, Row, Run, account, segments
from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.notification import Event
from caretaker.core.latency import Latency
from caretaker.core.results import Status
from tests.histories import DEFAULT, INTERVAL, START, Look, blip, down, histories, ok, play, slow, unknown

CHECK = "uptime/api"


def runs_of(history: Sequence[Look], milliseconds: int = 100) -> list[Run]:
    return [
        Run(START + number * INTERVAL, (Row("api", look[0], milliseconds, look == blip),))
        for number, look in enumerate(history)
    ]


def changes_of(decisions: Sequence[Decision]) -> list[Change]:
    told = [decision.notification for decision in decisions if decision.notification]
    return [
        Change(one.event, one.incident, one.check, one.status, one.severity, one.since, one.at, one.summary)
        for one in told
    ]


def figures(history: Sequence[Look], begin: datetime | None = None, end: datetime | None = None) -> Account:
    last = START + len(history) * INTERVAL
    found = account(runs_of(history), segments(changes_of(play(history))), "uptime", begin or START, end or last)
    return found.get("api", Account())


def seconds_down_by_incidents(history: Sequence[Look]) -> float:
    """Add up the lengths of incidents, less the time of unknown runs, from the notifications alone."""
    total, since = 0.0, None
    for decision in play(history):
        said = decision.notification
        if said and said.event is Event.OPENED:
            since = said.since
        elif said and said.event is Event.RESOLVED and since:
            total += known_seconds(history, since, said.at)
            since = None
    return total + (known_seconds(history, since, START + len(history) * INTERVAL) if since else 0.0)


def known_seconds(history: Sequence[Look], begin: datetime, end: datetime) -> float:
    starts = [START + number * INTERVAL for number in range(len(history))]
    covered = [at for at, look in zip(starts, history, strict=True) if begin <= at < end and look != unknown]
    return len(covered) * INTERVAL.total_seconds()


@given(st.lists(st.sampled_from([ok, ok, down, unknown, blip]), max_size=60))
def test_downtime_is_what_the_incidents_add_up_to(history: list[Look]) -> None:
    blips_alone = [look for look in history if look == blip]
    found = figures(history)
    if len(blips_alone) < 3:  # an unstable check is degraded, not down
        assert found.down == seconds_down_by_incidents(history)
    assert found.ok + found.degraded + found.down + found.unknown == len(history) * INTERVAL.total_seconds()


@given(histories)
def test_every_second_counts_once(history: list[Look]) -> None:
    found = figures(history)
    total = found.ok + found.degraded + found.down + found.unknown
    assert total == pytest.approx(len(history) * INTERVAL.total_seconds())


@given(histories, st.lists(st.integers(0, 40 * 300), max_size=4))
def test_spans_add_up_wherever_a_time_is_cut(history: list[Look], cuts: list[int]) -> None:
    end = START + len(history) * INTERVAL
    at = sorted({START, end, *(min(end, START + timedelta(seconds=cut)) for cut in cuts)})
    total = Account()
    for begin, stop in pairwise(at):
        total.add(figures(history, begin, stop))
    whole = figures(history)
    for name in ("ok", "degraded", "down", "unknown"):
        assert getattr(total, name) == pytest.approx(getattr(whole, name))
    assert total.latency == whole.latency
    assert total.last_blip == whole.last_blip


@given(histories, st.randoms())
def test_neither_order_nor_repetition_matters(history: list[Look], random: object) -> None:
    runs = [*runs_of(history), *runs_of(history)]
    random.shuffle(runs)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    changes = changes_of(play(history)) * 2
    end = START + len(history) * INTERVAL
    again = account(runs, segments(changes), "uptime", START, end).get("api", Account())
    assert again == figures(history)


@given(histories)
def test_the_stored_form_gives_the_figures_back(history: list[Look]) -> None:
    found = figures(history)
    assert Account.from_json(found.to_json()) == found


def test_a_blip_costs_nothing_and_is_remembered() -> None:
    found = figures([ok, blip, ok])
    assert found.uptime == 1.0
    assert found.last_blip == START + INTERVAL


def test_an_outage_counts_from_its_first_bad_run() -> None:
    assert figures([ok, down, down, ok]).uptime == 0.5


def test_slowness_is_no_downtime() -> None:
    found = figures([slow, slow, slow, ok])
    assert (found.degraded, found.down, found.uptime) == (900, 0, 1.0)


def test_unknown_time_counts_neither_way() -> None:
    assert figures([down, unknown, unknown, ok]).uptime == 0.5
    assert figures([unknown, unknown]).uptime is None


def test_what_no_run_covers_counts_neither_way() -> None:
    runs = runs_of([ok])
    found = account(runs, {}, "uptime", START, START + timedelta(hours=1))["api"]
    assert found.ok == 600


def test_latency_counts_successes_only() -> None:
    runs = [*runs_of([ok], 100), Run(START + INTERVAL, (Row("api", Status.DOWN, 10_000, False),))]
    found = account(runs, {}, "uptime", START, START + 2 * INTERVAL)["api"]
    assert found.latency.percentile(0.95) == pytest.approx(100, rel=0.13)


@given(st.lists(st.integers(0, 90_000), min_size=1, max_size=300), st.floats(0.01, 1))
def test_percentiles_are_right_to_an_eighth(times: list[int], share: float) -> None:
    latency = Latency()
    for milliseconds in times:
        latency.count(milliseconds)
    exact = sorted(times)[max(0, -(-int(share * len(times) * 1e9) // 10**9) - 1)]
    found = latency.percentile(share)
    assert found is not None
    assert exact <= found * 1.0001 or exact > 89_000
    assert found <= max(1.0, sorted(times)[min(len(times) - 1, int(share * len(times)))]) * 1.13


def test_confirm_is_the_default() -> None:
    assert DEFAULT.confirm.bad == 1
