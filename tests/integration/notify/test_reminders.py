"""Whoever was told of an incident is reminded of it while it stays open, once for each reminder that is due."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from caretaker.core.store.table import Table
from functions.notify import delivery
from functions.notify.reminders import remind_of_open_incidents
from tests.clients import client_like
from tests.faults import Faults, Killed, throttled
from tests.integration.notify.interrupted import interrupted
from tests.integration.notify.world import AT, CONFIG, World, run

EVERY = timedelta(seconds=CONFIG.reminder)


def opened(table: Table, *names: str) -> World:
    world = World()
    world.notify(table, run(table, world, 0, *((name, False) for name in names)))
    return world


def test_everybody_who_was_told_is_reminded_when_it_is_due(near: Table) -> None:
    world = opened(near, "api")
    world.now = AT + EVERY - timedelta(minutes=1)
    assert world.remind(near) == 0
    world.now = AT + EVERY
    assert world.remind(near) == 1
    assert world.said("alerts") == world.said("email") == ["opened api", "reminder api"]
    assert world.remind(near) == 0


def test_reminders_go_on_until_it_has_recovered(near: Table) -> None:
    world = opened(near, "api")
    for number in (1, 2):
        world.now = AT + number * EVERY
        world.remind(near)
    world.notify(near, run(near, world, 10 * 60, ("api", True)))
    world.now = AT + 5 * EVERY
    assert world.remind(near) == 0
    assert world.said("email") == ["opened api", "reminder api", "reminder api", "resolved api"]


def test_what_is_open_together_is_reminded_of_in_one_message(near: Table) -> None:
    world = opened(near, "api", "web")
    sends = world.sends
    world.now = AT + EVERY
    assert world.remind(near) == 2
    assert world.sends == sends + 2  # one for each channel


def test_a_run_after_a_reminder_goes_on_as_before(near: Table) -> None:
    world = opened(near, "api")
    world.now = AT + EVERY
    world.remind(near)
    world.notify(near, run(near, world, 4 * 60, ("api", True)))
    assert world.said("email")[-1] == "resolved api"


@pytest.mark.parametrize("planned", ["together", "one after the other"])
def test_an_end_that_is_seen_in_the_minute_of_a_reminder_is_told_once(near: Table, planned: str) -> None:
    world = opened(near, "api", "web")
    world.now = AT + EVERY
    remind_of_open_incidents(near, CONFIG, world.now, world.clock, lambda _: None)
    if planned == "one after the other":
        world.notify(near)
    groups = run(near, world, int(EVERY.total_seconds() // 60), ("api", True), ("web", False))
    world.notify(near, groups or None)
    world.sweep_until_quiet(near)

    for channel in ("alerts", "email"):
        told = [said for said in world.said(channel)[2:] if planned == "together" or said != "reminder api"]
        assert sorted(told) == ["reminder web", "resolved api"]
    assert delivery.due(near, world.now + timedelta(days=1)) == []


def test_two_sweeps_at_once_remind_once(table: Table) -> None:
    world = opened(table, "api")
    world.now = AT + EVERY
    barrier = Barrier(2)

    def one(_: int) -> None:
        own = Table(client_like(table), table.name)
        barrier.wait()
        remind_of_open_incidents(own, CONFIG, world.now, world.clock, lambda _: None)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))
    world.notify(table)
    assert world.said("email") == ["opened api", "reminder api"]


def test_a_state_that_cannot_be_read_keeps_no_other_from_being_reminded_of(near: Table) -> None:
    world = opened(near, "api", "web")
    near.client.update_item(
        TableName=near.name,
        Key={"pk": {"S": "STATE#uptime"}, "sk": {"S": "api"}},
        UpdateExpression="SET #schema = :newer",
        ExpressionAttributeNames={"#schema": "schema"},
        ExpressionAttributeValues={":newer": {"N": "2"}},
    )
    world.now = AT + EVERY
    assert world.remind(near) == 1
    assert world.said("email")[-1] == "reminder web"


@pytest.mark.parametrize(
    ("error", "after"),  # killed before a call is killed after the one before it
    [(Killed, True), (throttled, False), (throttled, True)],
    ids=["killed", "throttled before", "throttled after"],
)
def test_a_fault_at_any_call_costs_no_reminder_and_doubles_none(
    near: Table, after: bool, error: Callable[[], BaseException]
) -> None:
    world = opened(near, "api")
    world.now = AT + EVERY
    positions = []
    for position, left in interrupted(near, world, _remind, Faults(after=after, error=error)):
        left.now += timedelta(minutes=5)
        left.remind(near)  # the next sweep does what this one could not
        left.sweep_until_quiet(near, 1)
        assert left.said("email") == ["opened api", "reminder api"], position
        positions.append(position)
    assert len(positions) >= 3


def _remind(world: World, table: Table) -> None:
    remind_of_open_incidents(table, CONFIG, world.now, world.clock, lambda _: None)
