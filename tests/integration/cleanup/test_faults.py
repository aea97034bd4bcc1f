"""Wherever a cleanup fails or dies: no backup that was to stay is lost, none is half there, the next run ends it."""

from collections.abc import Callable
from itertools import count

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from caretaker.archive.identity import DUMP, BackupId
from caretaker.core.config import Retention
from caretaker.core.store.table import Table
from tests.clients import client_like
from tests.faults import Faults, Killed, every, throttled, unreachable
from tests.integration.cleanup.cleaning_up import PARTS, World, of

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "Access Denied"}}, "DeleteObjects")


@every(5)
@pytest.mark.parametrize(
    ("errors", "after"),
    [
        pytest.param((Killed,), True, id="killed after"),
        pytest.param((Killed,), False, id="killed before", marks=pytest.mark.slow),
        pytest.param((unreachable, lambda: DENIED), False, id="failing before", marks=pytest.mark.slow),
        pytest.param((unreachable, lambda: DENIED), True, id="failing after", marks=pytest.mark.slow),
    ],
)
def test_wherever_s3_fails_the_state_is_true_and_the_next_run_ends_it(
    world: World, errors: tuple[Callable[[], BaseException], ...], after: bool, step: int
) -> None:
    def break_at(position: int) -> tuple[World, Faults]:
        bucket = world.bucket
        faults = Faults(position, after, errors[position % len(errors)])
        faults.watch(bucket.client)
        _run(world, bucket=bucket)
        return world, faults

    _everywhere(world, break_at, step)


@every(5)
@pytest.mark.parametrize(
    ("error", "after"),
    [
        pytest.param(Killed, True, id="killed after"),
        pytest.param(Killed, False, id="killed before", marks=pytest.mark.slow),
        pytest.param(throttled, False, id="throttled before", marks=pytest.mark.slow),
        pytest.param(throttled, True, id="throttled after", marks=pytest.mark.slow),
    ],
)
def test_wherever_dynamodb_fails_the_state_is_true_and_the_next_run_ends_it(
    world: World, error: Callable[[], BaseException], after: bool, step: int
) -> None:
    def break_at(position: int) -> tuple[World, Faults]:
        client = client_like(world.table)
        faults = Faults(position, after, error)
        faults.watch(client)
        _run(world, table=Table(client, world.table.name))
        return world, faults

    _everywhere(world, break_at, step)


def _everywhere(world: World, break_at: Callable[[int], tuple[World, Faults]], step: int) -> None:
    world.retention = Retention(keep_last=1)
    stay = world.days_ago(1)
    for position in count(0, step):
        gone = world.days_ago(60, 61, drilled=False)
        left = BackupId("main", "daily", world.now)
        world.put(left.key(DUMP))
        world.later(hours=49)

        _, faults = break_at(position)

        there, keys = world.backups(), world.keys()
        assert set(stay) <= there <= {*stay, *gone}
        for backup in there:
            assert len(of(backup, keys)) == len(PARTS) + (2 if backup in stay else 1), (
                f"half of it is gone at {faults.calls[position]}"
            )
        world.later(minutes=30)  # until a lease that was left has run out
        world.run()
        assert world.backups() == set(stay)
        assert world.keys() == [key for backup in stay for key in of(backup, keys)]
        assert world.is_free()
        if position >= len(faults.calls):
            break
    assert position > 4


def _run(world: World, **tools: object) -> None:
    """A run may raise: what it leaves behind counts."""
    try:
        world.run(**tools)  # type: ignore[arg-type] # the values fit their names
    except (Killed, ClientError, EndpointConnectionError, ExceptionGroup):
        return
