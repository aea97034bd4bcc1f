"""A whole run: what is written of it, what is summed up the day after, and what a fault leaves."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from caretaker.core.looking.reporting import Ran
from caretaker.core.results import Status
from caretaker.core.store import incident_index, rollups
from caretaker.core.store.table import Table
from functions.uptime.run import Tools, run
from functions.uptime.targets import Prepared
from tests.clients import client_like
from tests.faults import Faults, Killed, throttled
from tests.items import put_back
from tests.samples import tcp_target
from tests.servers import Server, hang, serve

MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


def tools(table: Table, *targets: Any) -> Tools:
    prepared = Prepared(
        environment="test",
        order=tuple(target.name for target in targets),
        ready={target.name: target for target in targets},
        controls=(),
        with_secrets=(),
        references=frozenset(),
    )
    return Tools(table, lambda _: {}, prepared, lambda: datetime.now(UTC), time.monotonic, lambda _: None)


def play(table: Table, server: Server, at: datetime, closed: int = 0) -> Ran:
    """Run with two targets, of which one is at a port that is closed if that is given."""
    targets = [tcp_target(server.port, name="web"), tcp_target(closed or server.port, name="mail")]
    return run(at, time.monotonic() + 30, tools(table, *targets))


@pytest.fixture
def closed() -> int:
    with serve(hang) as server:
        return server.port


def test_the_first_run_of_a_day_sums_up_the_day_before(near: Table, closed: int) -> None:
    with serve(hang, reads=False) as server:
        play(near, server, MIDNIGHT - timedelta(minutes=20))
        play(near, server, MIDNIGHT - timedelta(minutes=15), closed)
        play(near, server, MIDNIGHT - timedelta(minutes=10))
        assert not rollups.exists(near, "uptime", MIDNIGHT - timedelta(days=1))
        play(near, server, MIDNIGHT + timedelta(minutes=5))
    yesterday = MIDNIGHT - timedelta(days=1)
    figures = rollups.read(near, "uptime", [yesterday])[yesterday]
    assert (figures["mail"].ok, figures["mail"].down) == (900, 300)
    assert figures["web"].uptime == 1.0
    assert figures == {
        name: type(one).from_json(one.to_json())
        for name, one in rollups.from_runs(near, "uptime", yesterday, MIDNIGHT).items()
    }


def test_a_rollup_that_is_there_is_not_made_again(near: Table) -> None:
    with serve(hang, reads=False) as server:
        play(near, server, MIDNIGHT - timedelta(minutes=10))
        play(near, server, MIDNIGHT + timedelta(minutes=5))
        calls = Faults()
        calls.watch(near.client)
        play(near, server, MIDNIGHT + timedelta(minutes=10))
    assert calls.calls.count("PutItem") == 1  # the run's own record


def test_no_run_later_in_the_day_looks_for_yesterday(near: Table) -> None:
    with serve(hang, reads=False) as server:
        calls = Faults()
        calls.watch(near.client)
        play(near, server, MIDNIGHT + timedelta(hours=3))
    assert calls.calls == ["Query", "Query", "PutItem"]


def test_what_happened_to_incidents_can_be_listed(near: Table, closed: int) -> None:
    with serve(hang, reads=False) as server:
        play(near, server, MIDNIGHT - timedelta(minutes=5), closed)
        play(near, server, MIDNIGHT + timedelta(hours=5))
    found = list(incident_index.changes(near, MIDNIGHT - timedelta(days=1), MIDNIGHT + timedelta(days=1)))
    assert [(change.event, change.check) for change in found] == [
        ("opened", "uptime/mail"),
        ("resolved", "uptime/mail"),
    ]
    assert {change.incident for change in found} == {"20261120T235500Z-uptime-mail"}


@pytest.mark.parametrize(
    ("error", "after"),  # killed before a call is killed after the one before it
    [(Killed, True), (throttled, False), (throttled, True)],
    ids=["killed", "throttled before", "throttled after"],
)
def test_a_fault_at_any_call_of_a_run_loses_and_doubles_nothing(
    near: Table, closed: int, after: bool, error: Callable[[], BaseException]
) -> None:
    at, client, faults = MIDNIGHT + timedelta(hours=3), client_like(near), Faults(after=after, error=error)
    faults.watch(client)
    with serve(hang, reads=False) as server:
        for position in count():
            put_back(near)
            faults.move(position)
            try:
                play(Table(client, near.name), server, at, closed)
                failed = False
            except (Killed, Exception):  # noqa: BLE001 - whatever it was, the event is delivered again
                failed = True
            if not failed and position >= len(faults.calls):
                break
            play(near, server, at, closed)
            play(near, server, at + timedelta(minutes=5))
            found = list(incident_index.changes(near, at, at + timedelta(hours=1)))
            assert [change.event for change in found] == ["opened", "resolved"], position
    assert position >= 4


def test_the_results_say_what_was_seen(near: Table, closed: int) -> None:
    with serve(hang, reads=False) as server:
        ran = play(near, server, MIDNIGHT + timedelta(hours=3), closed)
    assert {result.name: result.status for result in ran.results} == {"web": Status.OK, "mail": Status.DOWN}
    assert ran.unreadable == {}
