"""Whatever fails, and wherever notify is killed: every message arrives, in order, and twice only after a kill."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from caretaker.core.store.table import OUTBOX, Table, text
from functions.notify import delivery, outbox
from functions.notify.channels.deadline import PATIENCE
from functions.notify.channels.outcome import Refused, Retry, Sent
from tests.clients import client_like
from tests.faults import Killed, every
from tests.integration.notify.interrupted import interrupted
from tests.integration.notify.world import CONFIG, World, run


def test_an_outage_and_its_recovery_are_told_once_on_every_channel(near: Table) -> None:
    world = World()
    world.notify(near, run(near, world, 0, ("api", False)))
    world.notify(near, run(near, world, 5, ("api", True)))
    world.sweep_until_quiet(near)
    assert world.said("alerts") == world.said("email") == ["opened api", "resolved api"]


def test_several_endpoints_that_fail_together_are_one_message(near: Table) -> None:
    world = World()
    world.notify(near, run(near, world, 0, *((f"api{n}", False) for n in range(60))))
    assert world.sends == 2
    assert len(world.said("alerts")) == 20


def test_a_group_that_nobody_closed_is_told_after_a_minute(near: Table) -> None:
    world = World()
    groups = run(near, world, 0, *((f"api{n}", False) for n in range(60)))
    near.client.delete_item(TableName=near.name, Key={"pk": text(OUTBOX), "sk": text(f"{groups[0]}#closed")})
    world.notify(near, groups)
    assert world.sends == 0
    world.sweep_until_quiet(near, 1)
    assert world.sends == 2


def test_two_at_once_send_once(table: Table) -> None:
    world = World()
    groups = run(table, world, 0, ("api", False))
    barrier = Barrier(2)

    def one(_: int) -> None:
        own = Table(client_like(table), table.name)
        barrier.wait()
        world.notify(own, groups)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))
    world.sweep_until_quiet(table)
    assert world.said("alerts") == ["opened api"]
    assert world.said("email") == ["opened api"]


def test_a_channel_that_is_down_keeps_no_other_waiting_and_gets_its_message_later(near: Table) -> None:
    world = World(answers={"alerts": [Retry("down"), Retry("down"), Retry("down"), Sent()]})
    world.notify(near, run(near, world, 0, ("api", False)))
    assert world.said("email") == ["opened api"]
    world.sweep_until_quiet(near)
    assert world.said("alerts") == ["opened api"]


def test_an_attempt_is_begun_only_with_time_for_it_and_for_another_with_a_fresh_secret(near: Table) -> None:
    world = World()
    world.notify(near, run(near, world, 0, ("api", False)), seconds=2 * PATIENCE)
    assert world.sends == 0
    world.sweep_until_quiet(near, 1)
    assert world.said("alerts") == ["opened api"]


def test_what_is_fifteen_minutes_late_goes_to_the_fallback_too_and_says_so(near: Table) -> None:
    world = World(answers={"alerts": [Retry("down")]})
    world.notify(near, run(near, world, 0, ("api", False)))
    world.sweep_until_quiet(near, 6)
    assert world.said("watchdog") == ["opened api"]
    world.answers = {}
    world.sweep_until_quiet(near)
    assert world.sent[-1] == ("alerts", "opened api", True)


def test_a_dead_webhook_is_marked_and_goes_to_the_fallback_at_once(near: Table) -> None:
    world = World(answers={"alerts": [Refused("gone")]})
    world.notify(near, run(near, world, 0, ("api", False)))
    assert world.said("watchdog") == ["opened api"]
    before = world.sends
    world.sweep_until_quiet(near)
    assert world.sends == before


def test_an_outage_that_was_never_told_merges_with_its_end_into_one_late_message(near: Table) -> None:
    world = World(answers={"alerts": [Retry("down", 400.0), Sent()]})
    world.notify(near, run(near, world, 0, ("api", False)))
    world.notify(near, run(near, world, 5, ("api", True)))
    world.sweep_until_quiet(near)
    assert [one for one in world.sent if one[0] == "alerts"] == [("alerts", "resolved api", True)]
    assert world.said("email") == ["opened api", "resolved api"]


def test_an_end_waits_for_the_outage_that_others_hear_of_in_the_same_message(near: Table) -> None:
    world = World(answers={"alerts": [Retry("down", 400.0), Sent()]})
    world.notify(near, run(near, world, 0, ("api", False), ("web", False)))
    world.notify(near, run(near, world, 5, ("api", True), ("web", False)))
    world.sweep_until_quiet(near)
    assert world.said("alerts") == ["opened api", "opened web", "resolved api"]


def test_a_recovery_whose_outage_is_not_planned_yet_comes_after_it(near: Table) -> None:
    world = World()
    run(near, world, 0, ("api", False))
    world.notify(near, run(near, world, 5, ("api", True)))
    world.sweep_until_quiet(near)
    assert world.said("email")[-1] == "resolved api"
    assert world.said("email") in (["opened api", "resolved api"], ["resolved api"])


def test_a_damaged_item_of_the_outbox_keeps_nothing_waiting(near: Table) -> None:
    world = World()
    (group,) = run(near, world, 0, ("api", False))
    near.put(
        {
            "pk": text(OUTBOX),
            "sk": text(f"{group}#damaged"),
            "members": text('[{"kind": "opened"'),
            "due": text("outbox"),
            "due_at": text("2026-11-21T02:00:00.000Z"),
        }
    )
    world.notify(near, [group])
    assert world.said("alerts") == ["opened api"]
    assert outbox.due_groups(near, world.now + timedelta(days=1)) == []


@every(3)
@pytest.mark.parametrize("told", [0, 1], ids=["of the outage", "of its end"])
def test_killed_at_any_call_it_loses_nothing_and_keeps_the_order(near: Table, told: int, step: int) -> None:
    world, runs = World(), [(0, False), (5, True)]
    for minutes, good in runs[:told]:
        world.notify(near, run(near, world, minutes, ("api", good)))
    minutes, good = runs[told]
    groups = run(near, world, minutes, ("api", good))
    positions = []
    for position, left in interrupted(near, world, lambda world, table: world.notify(table, groups), step=step):
        for minutes, good in runs[told + 1 :]:
            left.notify(near, run(near, left, minutes, ("api", good)))
        left.sweep_until_quiet(near, 3)  # what is left over then is found below
        for channel in ("alerts", "email"):
            said = left.said(channel)
            assert said[-1] == "resolved api", (position, said)
            assert list(dict.fromkeys(said)) in (["opened api", "resolved api"], ["resolved api"]), (position, said)
            assert len(said) <= 3, (position, said)
        assert delivery.due(near, left.now + timedelta(days=1)) == []
        positions.append(position)
    assert step * len(positions) > 5


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("position", range(4))
def test_killed_at_any_send_it_loses_nothing(near: Table, position: int, after: bool) -> None:
    world = World(kill_send=(position, after))
    for minutes, good in ((0, False), (5, True)):
        groups = run(near, world, minutes, ("api", good))
        try:
            world.notify(near, groups)
        except Killed:
            world.now += timedelta(seconds=1)
    world.sweep_until_quiet(near)
    for channel in ("alerts", "email"):
        said = world.said(channel)
        assert said[-1] == "resolved api"
        assert list(dict.fromkeys(said)) in (["opened api", "resolved api"], ["resolved api"])
    assert len(world.sent) <= 5


def test_a_message_for_a_channel_that_is_gone_goes_to_the_fallback(near: Table) -> None:
    world = World()
    planner, sender = world.tools(near)
    keys = [key for group in run(near, world, 0, ("api", False)) for key in planner.plan(group)]
    without = replace(CONFIG, channels=CONFIG.channels[1:])  # deployed in between
    later = replace(sender, post=replace(sender.post, config=without))
    for key in keys:
        for following in later.deliver(key):
            later.deliver(following)
    assert world.said("email") == ["opened api"]
    assert world.said("watchdog") == ["opened api"]
    assert delivery.due(near, world.now + timedelta(days=1)) == []
