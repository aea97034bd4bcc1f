"""One at a time holds a lease, whoever comes at the same time, and whoever is killed is noticed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caretaker.core.store.leases import Lease, Taken, abandoned, give_back, holder, take
from caretaker.core.store.table import Table
from tests.clients import client_like
from tests.faults import Faults, throttled, unreachable

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
NAME = "backup/main"


def taken(table: Table, who: str = "one", at: float = 0, seconds: float = 60) -> Lease:
    now = NOW + timedelta(seconds=at)
    return take(table, NAME, who, now=now, until=now + timedelta(seconds=seconds))


def test_a_lease_that_is_held_is_refused_with_its_holder_and_its_end(table: Table) -> None:
    lease = taken(table)

    with pytest.raises(Taken) as refused:
        taken(table, "two", at=10)

    assert (refused.value.holder, refused.value.until) == ("one", lease.until)
    assert holder(table, NAME, NOW) == lease


def test_the_same_holder_is_refused_as_well(table: Table) -> None:
    taken(table)

    with pytest.raises(Taken):
        taken(table)


def test_a_lease_that_was_given_back_is_free_and_was_not_abandoned(table: Table) -> None:
    give_back(table, taken(table))

    assert holder(table, NAME, NOW) is None
    assert taken(table, "two").abandoned is None


def test_a_lease_that_has_run_out_is_abandoned_and_the_next_holder_knows_by_whom(table: Table) -> None:
    left = taken(table)
    names = ["backup/other", NAME]
    assert abandoned(table, names, NOW + timedelta(seconds=60)) == [], "until its end it is held"
    assert abandoned(table, names, NOW + timedelta(seconds=61)) == [left]
    assert holder(table, NAME, NOW + timedelta(seconds=61)) is None

    assert taken(table, "two", at=61).abandoned == left


def test_giving_back_a_lease_that_somebody_else_has_by_now_does_nothing(table: Table) -> None:
    mine = taken(table)
    other = taken(table, "two", at=61)

    give_back(table, mine)

    assert holder(table, NAME, NOW + timedelta(seconds=61)) == Lease(NAME, "two", other.token, other.until)


def test_giving_back_twice_is_harmless(table: Table) -> None:
    lease = taken(table)
    give_back(table, lease)
    give_back(table, lease)

    assert holder(table, NAME, NOW) is None


@pytest.mark.parametrize("left_behind", [False, True])
def test_of_many_at_once_exactly_one_gets_it(table: Table, left_behind: bool) -> None:
    if left_behind:
        taken(table, "killed", seconds=1)
    barrier = Barrier(4)

    def one(number: int) -> Lease | None:
        own = Table(client_like(table), table.name)
        barrier.wait()
        try:
            return taken(own, str(number), at=10)
        except Taken:
            return None

    with ThreadPoolExecutor(4) as pool:
        holders = [lease for lease in pool.map(one, range(4)) if lease]

    assert len(holders) == 1


def test_whose_put_was_repeated_by_the_client_has_the_lease(table: Table) -> None:
    client = client_like(table)
    lost: list[object] = []

    def lose(response: Any, **_: object) -> float | None:
        if response and not lost:  # carried out; its answer never came
            lost.append(response)
            return 0.0
        return None

    client.meta.events.register_first("needs-retry.dynamodb.PutItem", lose)

    lease = taken(Table(client, table.name))

    assert lost
    assert holder(table, NAME, NOW) == lease


@pytest.mark.parametrize("error", [throttled, unreachable])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_whoever_is_not_told_that_he_has_it_leaves_no_lease(table: Table, error: Any, after: bool) -> None:
    client = client_like(table)
    Faults(1, after, error).watch(client)

    with pytest.raises((ClientError, EndpointConnectionError)):
        taken(Table(client, table.name))

    assert holder(table, NAME, NOW) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["take", "give back", "die"]), st.integers(0, 40)),
        max_size=14,
    )
)
def test_two_never_hold_a_lease_at_the_same_time(near: Table, moves: list[tuple[str, str, int]]) -> None:
    near.client.delete_item(TableName=near.name, Key={"pk": {"S": f"LEASE#{NAME}"}, "sk": {"S": "-"}})
    held: dict[str, Lease] = {}
    seconds = 0.0
    for who, move, passed in moves:
        seconds += passed
        now = NOW + timedelta(seconds=seconds)
        match move:
            case "take":
                others = [lease for lease in held.values() if lease.until >= now]
                try:
                    held[who] = taken(near, who, at=seconds, seconds=30)
                except Taken:
                    assert others, "a lease is refused only while somebody holds it"
                else:
                    assert not others
            case "give back" if who in held:
                give_back(near, held.pop(who))
            case "die":
                pass  # who was killed does nothing, and holds what he has until that has run out
