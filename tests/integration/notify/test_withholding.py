"""A channel that was told much is told the rest in summary, and no first alarm ever waits."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from caretaker.core.store.table import Table, instant, number, text
from functions.notify import delivery
from functions.notify.bucket import CAPACITY, REFILL, Bucket, take
from tests.faults import every
from tests.integration.notify.interrupted import interrupted
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


def test_a_few_messages_at_once_meet_no_limit(near: Table) -> None:
    world = World()
    break_and_recover(near, world, "api")
    assert world.said("alerts") == ["opened api", "resolved api"]
    assert delivery.due(near, world.now + timedelta(days=1)) == []


def test_the_first_alarm_of_a_check_never_waits(near: Table) -> None:
    world = World()
    empty(near, world)
    break_and_recover(near, world, "api", "web")
    assert world.said("email") == ["opened api", "opened web"]


def test_what_was_held_back_comes_in_one_message(near: Table) -> None:
    world = World()
    empty(near, world)
    break_and_recover(near, world, "api", "web")
    sends = world.sends
    world.now += REFILL
    world.notify(near)
    assert world.sends == sends + 2  # one for each channel
    assert world.said("email")[-2:] == ["resolved api", "resolved web"]
    assert world.notes[-1] == "2 messages were held back, for this channel had many: this is what holds now."


def test_the_next_message_that_may_go_takes_along_what_was_held_back(near: Table) -> None:
    world = World()
    empty(near, world)
    break_and_recover(near, world, "api", "web", "shop")  # the last recovery comes when there is a token again
    assert world.said("email")[-3:] == ["resolved api", "resolved shop", "resolved web"]
    world.sweep_until_quiet(near, 2)
    assert len(world.said("email")) == 6


def test_a_summary_tells_the_last_that_holds_of_each_check(near: Table) -> None:
    world = World()
    empty(near, world)
    break_and_recover(near, world, "api")
    world.notify(near, run(near, world, 3, ("api", False)))  # its second alarm waits as well
    assert world.said("email") == ["opened api"]
    world.sweep_until_quiet(near, 2)
    assert world.said("email")[-1] == "opened api"
    assert delivery.due(near, world.now + timedelta(days=1)) == []


@every(3)
def test_killed_at_any_call_of_a_summary_nothing_is_lost(near: Table, step: int) -> None:
    world = World()
    runs = [[("api", False), ("web", False)], [("api", True)], [("web", True)]]
    for minute, results in enumerate(runs):
        if minute == 1:
            near.put({"pk": text("BUCKET"), "sk": text("alerts"), "tokens": number(0), "at": text(instant(AT))})
        world.notify(near, run(near, world, minute, *results))
    world.now += 2 * REFILL
    positions = []
    for position, left in interrupted(near, world, World.notify, step=step):
        left.sweep_until_quiet(near, 4)
        assert {"resolved api", "resolved web"} <= set(left.said("alerts")), position
        assert len(left.said("alerts")) <= 6, position
        assert delivery.due(near, left.now + timedelta(days=1)) == []
        positions.append(position)
    assert step * len(positions) > 6


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
