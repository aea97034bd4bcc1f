"""What an earlier version wrote into the table is read as it was meant; what a newer one wrote is left alone."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from caretaker.core.results import Status
from caretaker.core.store import history, incident_index, leases, requests, rollups, states, timelines
from caretaker.core.store.table import OUTBOX, Item, NewerItem, Table
from functions.cert_check import remembering
from functions.notify import bucket, delivery, outbox
from tests.golden.items import FILE, MEMORY, dumped, restored, written
from tests.integration.notify.world import AT, World

SCHEMAS = ("1",)
DAY = timedelta(days=1)
KINDS = {"STATE", "INCIDENT", "RUN", "ROLLUP", "OUTBOX", "DELIVERY", "LEASE", "REQUEST", "BUCKET", "CERT", "CHANGES"}
LATER = AT + timedelta(hours=3)


@pytest.fixture(params=SCHEMAS, ids="schema {}".format)
def golden(request: pytest.FixtureRequest, table: Table) -> Table:
    for item in restored(FILE(request.param).read_text("utf-8")):
        table.put(item)
    return table


@pytest.mark.parametrize("schema", SCHEMAS)
def test_there_is_a_golden_item_of_every_kind_that_is_written(near: Table, schema: str) -> None:
    written(near)

    assert kinds(restored(FILE(schema).read_text("utf-8"))) == kinds(everything(near)) == KINDS


def test_the_present_version_writes_what_its_golden_items_are(near: Table) -> None:
    written(near)
    now, then = (restored(text) for text in (dumped(near), FILE(SCHEMAS[-1]).read_text("utf-8")))

    assert [sorted(item) for item in now] == [sorted(item) for item in then]


def test_states_and_their_incidents_are_read(golden: Table) -> None:
    loaded = states.load(golden, "uptime")

    assert loaded.unreadable == {}
    assert loaded.states["uptime/db"].incident is not None
    assert loaded.states["uptime/api"].incident is None


def test_timelines_are_read(golden: Table) -> None:
    incidents = {
        item["pk"]["S"].partition("#")[2] for item in everything(golden) if item["pk"]["S"].startswith("INCIDENT#")
    }

    said = [entry.what for incident in sorted(incidents) for entry in timelines.entries(golden, incident)]

    assert "?" not in said
    assert {"opened", "resolved", "told"} <= set(said)


def test_runs_and_their_rollup_are_read(golden: Table) -> None:
    [first, second] = history.runs(golden, "uptime", AT, AT - DAY, AT + DAY)

    assert (first.at, second.at) == (AT, AT + timedelta(minutes=5))
    assert "api" in rollups.read(golden, "uptime", [rollups.midnight(AT)])[rollups.midnight(AT)]


def test_what_happened_to_incidents_is_read(golden: Table) -> None:
    changes = list(incident_index.changes(golden, AT - DAY, AT + DAY))

    assert (changes[0].event, changes[0].check) == ("opened", "uptime/api")
    assert all(isinstance(one.status, Status) for one in changes)


def test_what_was_to_be_told_is_told_by_a_later_version(golden: Table) -> None:
    world = World(now=LATER)
    world.sweep_until_quiet(golden, rounds=3)

    assert "resolved api" in [what for _, what, _ in world.sent]
    assert "opened db" in [what for _, what, _ in world.sent]
    assert outbox.due_groups(golden, LATER + DAY) == []
    assert delivery.due(golden, LATER + DAY) == []


def test_a_lease_a_request_and_a_memory_are_read(golden: Table) -> None:
    [left] = leases.abandoned(golden, ["backup/main"], LATER)

    assert left is not None
    assert left.holder == "the daily backup of that night"
    found = requests.look_up(golden, "3f2c")
    assert found is not None
    assert found.details == {"receipt": {"id": "main"}}
    assert remembering.load(golden) == {"cert/app": MEMORY}
    assert len(list(timelines.renewals(golden, "cert/app"))) == 1
    assert bucket.take(golden, "alerts", LATER) is None


def test_a_newer_message_is_left_for_who_can_read_it(golden: Table) -> None:
    make_newer(golden, lambda pk: pk == OUTBOX)
    world = World(now=LATER)

    for group in outbox.due_groups(golden, LATER):
        with pytest.raises(NewerItem, match=r"written by a newer version of Caretaker \(schema 2, this one knows 1\)"):
            world.notify(golden, [group])

    assert world.sent == []
    assert outbox.due_groups(golden, LATER) != [], "it still waits"


def test_a_newer_delivery_is_left_alone_and_keeps_no_other_waiting(golden: Table) -> None:
    world = World(now=AT + timedelta(minutes=10))
    groups = outbox.due_groups(golden, LATER)
    planner, _ = world.tools(golden)
    keys = [key for group in groups for key in planner.plan(group)]
    make_newer(golden, lambda pk: pk == keys[0][0], only=keys[0][1])

    world.now = LATER
    world.notify(golden)

    assert keys[0] in delivery.due(golden, LATER)
    assert world.sent != []


def test_a_newer_lease_stops_the_run_and_is_not_taken_for_free(golden: Table) -> None:
    make_newer(golden, lambda pk: pk.startswith("LEASE#"))

    with pytest.raises(NewerItem, match="the lease of backup/main was written by a newer version"):
        leases.take(golden, "backup/main", "another", now=LATER, until=LATER + DAY)


def test_a_newer_request_is_not_taken_for_one_that_nobody_began(golden: Table) -> None:
    make_newer(golden, lambda pk: pk.startswith("REQUEST#"))

    with pytest.raises(NewerItem, match="request 3f2c was written by a newer version of Caretaker"):
        requests.look_up(golden, "3f2c")


def test_newer_states_runs_and_memories_are_no_verdicts(golden: Table) -> None:
    make_newer(golden, lambda _: True)

    loaded = states.load(golden, "uptime")
    assert loaded.states == {}
    assert set(loaded.unreadable) == {"uptime/api", "uptime/db"}
    assert list(history.runs(golden, "uptime", AT, AT - DAY, AT + DAY)) == []
    assert list(incident_index.changes(golden, AT - DAY, AT + DAY)) == []
    assert remembering.load(golden) == {}


def make_newer(table: Table, fits: Callable[[str], bool], only: str = "") -> None:
    for item in everything(table):
        if fits(item["pk"]["S"]) and only in ("", item["sk"]["S"]):
            table.put({**item, "schema": {"N": "2"}})


def everything(table: Table) -> list[Item]:
    return [dict(item) for item in table.client.scan(TableName=table.name)["Items"]]


def kinds(items: Iterable[Item]) -> set[str]:
    return {item["pk"]["S"].partition("#")[0] for item in items}
