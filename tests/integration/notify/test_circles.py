"""What waits for itself, or for what waits for it, is told all the same: circles that nothing here makes any more."""

import json

import pytest

from caretaker.core.store.table import OUTBOX, Table, text
from functions.notify import delivery, outbox
from functions.notify.channels.outcome import Retry, Sent
from tests.integration.notify.world import World, run


def test_what_waits_for_what_waits_for_it_is_told_all_the_same(near: Table) -> None:
    world = World()
    (one,) = run(near, world, 0, ("api", False))
    (other,) = run(near, world, 5, ("web", False))
    parts = {group: outbox.parts(near, group)[0] for group in (one, other)}
    for group, before in ((one, other), (other, one)):
        [stored] = json.loads(near.get([(OUTBOX, parts[group].sk)])[OUTBOX, parts[group].sk]["members"]["S"])
        told = json.dumps([stored | {"previous": parts[before].sk}])
        near.client.update_item(
            TableName=near.name,
            Key={"pk": text(OUTBOX), "sk": text(parts[group].sk)},
            UpdateExpression="SET members = :told",
            ExpressionAttributeValues={":told": text(told)},
        )
    world.notify(near, [one, other])
    world.sweep_until_quiet(near)
    assert sorted(world.said("email")) == ["opened api", "opened web"]


@pytest.mark.parametrize("alone", [True, False], ids=["for itself", "for each other"])
def test_deliveries_that_were_planned_to_wait_in_a_circle_are_sent(near: Table, alone: bool) -> None:
    world = World(answers={"email": [Retry("down", 1.0), Retry("down", 1.0), Sent()]})
    for minutes, name in ((0, "api"), (5, "web")):
        world.notify(near, run(near, world, minutes, (name, False)), seconds=0.0)
    keys = [key for key in delivery.due(near, world.now) if key[1] == "email"]
    for key, before in zip(keys, keys if alone else keys[::-1], strict=True):
        near.client.update_item(
            TableName=near.name,
            Key={"pk": text(key[0]), "sk": text(key[1])},
            UpdateExpression="SET #after = :before",
            ExpressionAttributeNames={"#after": "after"},
            ExpressionAttributeValues={":before": {"L": [{"L": [text(before[0]), text(before[1])]}]}},
        )
    world.sweep_until_quiet(near)
    assert sorted(world.said("email")) == ["opened api", "opened web"]
    assert len(keys) == 2
