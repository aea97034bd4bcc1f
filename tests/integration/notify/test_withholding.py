"""A channel that was told much is told the rest in summary, and no first alarm ever waits."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.store.table import Table, instant, number, text
from functions.notify import delivery
from functions.notify.bucket import CAPACITY, REFILL, Bucket, take
from tests.clients import client_like
from tests.faults import Faults, Killed
from tests.integration.notify.world import AT, World, run


def empty(table: Table, world: World) -> None:
    """Let every channel have been told all that it takes at once."""
    for channel in ("alerts", "email"):
        for _ in range(CAPACITY):
            assert take(table, channel, world.now) is None


def break_and_recover(table: Table, world: World, *names: str) -> None:
    for minute, name in enumerate(names):
        world.notify(table, run(table, world, 2 * minute, (name, False)))
        world.notify(table, run(table, world, 2 * minute + 1, (name, True)))


def test_a_few_messages_at_once_meet_no_limit(table: Table) -> None:
    world = World()
    break_and_recover(table, world, "api")
    assert world.said("alerts") == ["opened api", "resolved api"]
    assert delivery.due(table, world.now + timedelta(days=1)) == []


def test_the_first_alarm_of_a_check_never_waits(table: Table) -> None:
    world = World()
    empty(table, world)
    break_and_recover(table, world, "api", "web")
    assert world.said("email") == ["opened api", "opened web"]


def test_what_was_held_back_comes_in_one_message(table: Table) -> None:
    world = World()
    empty(table, world)
    break_and_recover(table, world, "api", "web")
    sends = world.sends
    world.now += REFILL
    world.notify(table)
    assert world.sends == sends + 2  # one for each channel
    assert world.said("email")[-2:] == ["resolved api", "resolved web"]
    assert world.notes[-1] == "2 messages were held back, for this channel had many: this is what holds now."


def test_the_next_message_that_may_go_takes_along_what_was_held_back(table: Table) -> None:
    world = World()
    empty(table, world)
    break_and_recover(table, world, "api", "web", "shop")  # the last recovery comes when there is a token again
    assert world.said("email")[-3:] == ["resolved api", "resolved shop", "resolved web"]
    world.sweep_until_quiet(table, 2)
    assert len(world.said("email")) == 6


def test_a_summary_tells_the_last_that_holds_of_each_check(table: Table) -> None:
    world = World()
    empty(table, world)
    break_and_recover(table, world, "api")
    world.notify(table, run(table, world, 3, ("api", False)))  # its second alarm waits as well
    assert world.said("email") == ["opened api"]
    world.sweep_until_quiet(table, 2)
    assert world.said("email")[-1] == "opened api"
    assert delivery.due(table, world.now + timedelta(days=1)) == []


def test_killed_at_any_call_of_a_summary_nothing_is_lost(near: Table) -> None:
    position = 0  # killed before a call is killed after the one before it
    while True:
        for item in list(near.client.scan(TableName=near.name)["Items"]):
            near.client.delete_item(TableName=near.name, Key={"pk": item["pk"], "sk": item["sk"]})
        world = World()
        runs = [[("api", False), ("web", False)], [("api", True)], [("web", True)]]
        for minute, results in enumerate(runs):
            if minute == 1:
                near.put({"pk": text("BUCKET"), "sk": text("alerts"), "tokens": number(0), "at": text(instant(AT))})
            world.notify(near, run(near, world, minute, *results))
        faults = Faults(position, after=False)
        client = client_like(near)
        faults.watch(client)
        world.now += 2 * REFILL
        try:
            world.notify(Table(client, near.name))
        except Killed:
            world.sweep_until_quiet(near, 4)
        else:
            break
        assert {"resolved api", "resolved web"} <= set(world.said("alerts")), position
        assert len(world.said("alerts")) <= 6, position
        assert delivery.due(near, world.now + timedelta(days=1)) == []
        position += 1
    assert position > 6


@given(st.lists(st.integers(0, 3600), max_size=200))
def test_no_more_messages_than_the_bucket_allows(pauses: list[int]) -> None:
    bucket, now, taken = Bucket(CAPACITY, AT), AT, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        left = bucket.taken(now)
        if left is None:
            assert now < bucket.next_token() <= now + REFILL
        else:
            bucket, taken = left, taken + 1
    assert taken <= CAPACITY + (now - AT) / REFILL
