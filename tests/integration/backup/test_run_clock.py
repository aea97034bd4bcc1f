"""A clock that jumps by a day anywhere in a run makes no backup look right that is not, and nobody waits for it."""

import time
from datetime import datetime, timedelta
from itertools import count

import pytest

from functions.backup.run import BackupFailed
from tests.faults import every
from tests.integration.backup.backing_up import World, forget

DAY = timedelta(days=1)


class Jumping:
    """The clock of a world that jumps at its reading number ``position``, from 0, and stays so."""

    def __init__(self, world: World, position: int, jump: timedelta) -> None:
        self._world, self._position, self._jump = world, position, jump
        self.readings = 0

    def __call__(self) -> datetime:
        self.readings += 1
        return self._world.now + (self._jump if self.readings > self._position else timedelta())


@every(5)
@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forward", "back"])
def test_wherever_the_clock_jumps_the_backup_is_made_and_says_how_long_it_took(
    world: World, jump: timedelta, step: int
) -> None:
    kept = world.run().manifest
    assert kept
    for position in count(0, step):
        world.later()
        clock = Jumping(world, position, jump)
        began = time.monotonic()

        made = world.run(clock=clock).manifest

        took = time.monotonic() - began
        assert made, position
        assert made in world.backups()
        seconds = made.seconds
        assert 0 <= min(seconds.preflight, seconds.dump, seconds.fingerprint) <= seconds.total <= took
        assert abs(made.dumped_at - datetime.now(made.dumped_at.tzinfo)) < timedelta(minutes=1), "the server's own time"
        assert world.waited == []
        assert world.is_free()
        forget(world, kept)
        if position >= clock.readings:
            break
    assert position > 2


@every(5)
@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forward", "back"])
def test_wherever_the_clock_jumps_a_failure_is_told(world: World, jump: timedelta, step: int) -> None:
    world.url = "postgresql://postgres:pass-word@127.0.0.1:1/main"
    for position in count(0, step):
        world.later()
        clock = Jumping(world, position, jump)
        with pytest.raises(BackupFailed):
            world.run(clock=clock)
        assert world.manifests() == []
        assert world.is_free()
        if position >= clock.readings:
            break
    assert world.events()[0] == "opened"
    assert world.state().incident
