"""How long messages wait, seen from outside of notify."""

from datetime import timedelta

import pytest

from caretaker.core.store.table import Table
from caretaker.core.store.waiting import longest_wait
from functions.notify.channels.outcome import Retry
from functions.uptime.outbox import measure_outbox
from tests.faults import Faults, unreachable
from tests.integration.notify.world import AT, World, run

LATER = AT + timedelta(hours=1)


def test_nothing_waits_where_nothing_is_to_be_told(near: Table) -> None:
    assert longest_wait(near, LATER) == 0


def test_what_notify_never_planned_waits_longer_and_longer(near: Table) -> None:
    run(near, World(), 0, ("api", False))

    waited = longest_wait(near, LATER)

    assert 3500 < waited <= 3600
    assert longest_wait(near, LATER + timedelta(minutes=5)) == waited + 300


def test_what_was_sent_waits_no_more(near: Table) -> None:
    world = World()
    run(near, world, 0, ("api", False))
    world.sweep_until_quiet(near)

    assert longest_wait(near, LATER) == 0


def test_what_is_tried_again_and_again_is_not_forgotten_by_notify(near: Table) -> None:
    world = World(answers={"alerts": [Retry("it is down")], "email": [Retry("it is down")]})
    run(near, world, 0, ("api", False))
    world.sweep_until_quiet(near, rounds=12)

    assert longest_wait(near, world.now) < 900


def test_an_incident_that_is_to_be_reminded_of_is_no_message_that_waits(near: Table) -> None:
    world = World()
    run(near, world, 0, ("api", False))
    world.sweep_until_quiet(near)

    assert longest_wait(near, AT + timedelta(days=3)) == 0


@pytest.mark.parametrize("position", [0, 1])
def test_an_outbox_that_cannot_be_looked_at_fails_no_run_and_measures_nothing(
    near: Table, capsys: pytest.CaptureFixture[str], position: int
) -> None:
    Faults(position, error=unreachable).watch(near.client)

    measure_outbox(near, lambda: LATER)

    assert '"_aws"' not in capsys.readouterr().out
