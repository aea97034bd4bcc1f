"""A function that the platform kills between any two steps leaves a whole backup or none, and the next run says so."""

from itertools import count

import pytest

from tests.integration.backup.backing_up import World, forget, is_whole
from tests.integration.backup.killing import run_elsewhere, with_a_full_disk

KILLED = -9


@pytest.mark.parametrize(
    "first", [0, pytest.param(1, marks=pytest.mark.slow)], ids=["even", "odd"]
)  # halves, for two processors
def test_wherever_a_run_is_killed_there_is_a_whole_backup_or_none(world: World, first: int) -> None:
    kept = world.run().manifest
    assert kept
    seen = {"whole": 0, "none": 0}
    for position in count(first, 2):
        world.later()
        code = run_elsewhere(world, dies_at=position)
        made = [each for each in world.backups() if each != kept]
        assert all(is_whole(world, each) for each in made), position
        assert len(made) <= 1
        if code == 0:
            break
        assert code == KILLED
        seen["whole" if made else "none"] += 1
        told = len(world.told())
        noticed = not world.is_free()
        if noticed:
            assert_others_wait(world)
        world.later(10)  # the lease has run out
        assert world.run().manifest, position
        assert world.events()[told:] == (["opened", "resolved"] if noticed else []), position
        assert world.state().incident is None
        assert world.is_free()
        forget(world, kept)
    assert seen["none"] > 5
    assert seen["whole"] > 0


def test_a_disk_on_which_nothing_can_be_written_is_no_obstacle(world: World) -> None:
    assert run_elsewhere(world, prepare=with_a_full_disk) == 0

    [made] = world.backups()
    assert is_whole(world, made)


def assert_others_wait(world: World) -> None:
    """Let the same event and another one come while the lease of the killed one lasts: neither makes anything."""
    before = world.backups()
    assert "is being worked on" in world.run(world.asked(request="r-killed")).silent
    assert "is under way, until" in world.run(world.asked(request="r-other")).silent
    assert world.backups() == before
