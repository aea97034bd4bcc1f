"""A run's changes are written all or nothing, once, whatever fails and whoever else writes."""

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from caretaker.core.incidents.decide import decide
from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.notification import Event
from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import State
from caretaker.core.results import Finding, Result, Severity, judge
from caretaker.core.store import states
from caretaker.core.store.changes import Run, commit
from caretaker.core.store.table import OUTBOX, Table
from tests.clients import client_like
from tests.faults import Faults, Killed, throttled, unreachable

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
POLICY = Policy(Confirm(1, 1), Confirm(2, 3), recover=1)


def down(name: str, at: datetime = AT) -> Result:
    finding = Finding("connection-refused", Severity.CRITICAL, "refused", "start it")
    return judge(f"uptime/{name}", [finding], observed_at=at, healthy="")


def good(name: str, at: datetime) -> Result:
    return judge(f"uptime/{name}", [], observed_at=at, healthy="fine")


def run_with(table: Table, results: Iterable[Result], known: Mapping[str, State] | None = None) -> list[str]:
    """Do what a function does with its results; return what is told."""
    seen = {result.check: result for result in results}
    at = next(iter(seen.values())).observed_at
    read = states.load(table, "uptime").states if known is None else known

    def decided(state: State) -> Decision:
        return decide(state, seen[state.check], POLICY)

    run = Run("test", "uptime", at, lambda: datetime.now(UTC), lambda _: None)
    told = commit(table, run, [decided(read.get(check, State(check))) for check in seen], decided)
    return [f"{notification.event} {notification.check}" for notification in told]


def outbox(table: Table) -> list[dict[str, Any]]:
    return [
        {"sk": item["sk"]["S"], "closed": item["closed"]["BOOL"], "members": json.loads(item["members"]["S"])}
        for item in table.query(OUTBOX)
    ]


def members(table: Table) -> list[tuple[str, str]]:
    return sorted((member["kind"], member["check"]) for item in outbox(table) for member in item["members"])


def test_one_outage_is_one_closed_item_of_the_outbox(near: Table) -> None:
    assert run_with(near, [down("api")]) == ["opened uptime/api"]

    (item,) = outbox(near)
    assert item["closed"]
    assert item["sk"].startswith("2026-11-21T02:00:00Z#uptime#critical#alarm#")
    assert item["members"][0]["incident"] == "20261121T020000Z-uptime-api"


def test_a_recovery_points_to_the_item_that_told_of_the_outage(near: Table) -> None:
    run_with(near, [down("api")])
    (opened,) = outbox(near)
    run_with(near, [good("api", AT + timedelta(minutes=5))])

    resolved = outbox(near)[1]["members"][0]
    assert resolved["kind"] == Event.RESOLVED
    assert resolved["previous"] == opened["sk"]
    assert resolved["seconds"] == 300


def test_the_timeline_has_the_opening_and_the_end(near: Table) -> None:
    run_with(near, [down("api")])
    run_with(near, [good("api", AT + timedelta(minutes=5))])

    entries = [item["sk"]["S"] for item in near.query("INCIDENT#20261121T020000Z-uptime-api")]
    assert entries == ["2026-11-21T02:00:00Z#opened", "2026-11-21T02:05:00Z#resolved"]


def test_the_same_run_twice_tells_once(near: Table) -> None:
    run_with(near, [down("api")])
    assert run_with(near, [down("api")]) == []
    assert len(outbox(near)) == 1


def test_two_of_the_same_run_at_once_tell_once(table: Table) -> None:
    names = [f"api-{number}" for number in range(60)]
    barrier = Barrier(2)

    def one(_: int) -> list[str]:
        own = Table(client_like(table), table.name)
        known = states.load(own, "uptime").states
        barrier.wait()
        return run_with(own, [down(name) for name in names], known)

    with ThreadPoolExecutor(2) as pool:
        told = [said for answer in pool.map(one, range(2)) for said in answer]

    assert sorted(told) == sorted(f"opened uptime/{name}" for name in names)
    assert members(table) == sorted(("opened", f"uptime/{name}") for name in names)


def test_a_state_that_changed_since_it_was_read_is_decided_again(near: Table) -> None:
    before = states.load(near, "uptime").states
    run_with(near, [down("api")])
    later = AT + timedelta(minutes=5)

    assert run_with(near, [down("web", later), down("api", later)], known=before) == ["opened uptime/web"]
    assert [verdict.at for verdict in states.load(near, "uptime").states["uptime/api"].verdicts] == [AT, later]


def test_many_changes_go_in_several_transactions_and_a_last_item_closes_the_group(near: Table) -> None:
    names = [f"api-{number:03d}" for number in range(100)]
    run_with(near, [down(name) for name in names])

    items = outbox(near)
    assert [item["closed"] for item in items].count(True) == 1
    assert [len(item["members"]) for item in items if not item["closed"]] != []
    assert max(len(item["members"]) for item in items) == 45
    assert len(members(near)) == 100


@pytest.mark.parametrize(
    ("error", "after"),  # killed before a call is killed after the one before it
    [
        (Killed, True),
        (throttled, False),
        (throttled, True),
        pytest.param(unreachable, False, marks=pytest.mark.slow),
        (unreachable, True),
    ],
    ids=["killed", "throttled before", "throttled after", "unreachable before", "unreachable after"],
)
@pytest.mark.parametrize("position", range(4))
def test_a_run_that_failed_anywhere_is_made_good_by_its_repetition(
    near: Table, position: int, error: Callable[[], BaseException], after: bool
) -> None:
    names = [f"api-{number:03d}" for number in range(46)]
    client = client_like(near)
    faults = Faults(position, after, error)
    faults.watch(client)
    with pytest.raises((Killed, ExceptionGroup, EndpointConnectionError, ClientError)):
        run_with(Table(client, near.name), [down(name) for name in names])
    assert len(faults.calls) > position

    run_with(near, [down(name) for name in names])

    assert members(near) == sorted(("opened", f"uptime/{name}") for name in names)
    assert len(states.load(near, "uptime").states) == 46


def damage(table: Table, name: str, attribute: str, value: dict[str, str]) -> None:
    table.client.update_item(
        TableName=table.name,
        Key={"pk": {"S": "STATE#uptime"}, "sk": {"S": name}},
        UpdateExpression="SET #attribute = :value",
        ExpressionAttributeNames={"#attribute": attribute},
        ExpressionAttributeValues={":value": value},
    )


def test_states_that_cannot_be_read_are_named_and_keep_no_other_from_being_read(near: Table) -> None:
    run_with(near, [down("api"), down("shop"), down("web")])
    damage(near, "api", "schema", {"N": "2"})
    damage(near, "shop", "state", {"S": "{"})

    loaded = states.load(near, "uptime")

    assert list(loaded.states) == ["uptime/web"]
    assert "newer version of Caretaker (schema 2, this one knows 1)" in loaded.unreadable["uptime/api"]
    assert "STATE#uptime / shop" in loaded.unreadable["uptime/shop"]


def test_a_state_that_became_unreadable_in_between_is_not_written_over(near: Table) -> None:
    run_with(near, [down("api")])
    known = states.load(near, "uptime").states
    damage(near, "api", "schema", {"N": "2"})
    damage(near, "api", "version", {"N": "9"})
    with pytest.raises(ExceptionGroup) as raised:
        run_with(near, [good("api", AT + timedelta(minutes=5))], known)
    assert "newer version" in str(raised.value.exceptions[0])
