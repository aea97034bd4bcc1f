"""Whatever S3 answers to whichever call of a run, once or from then on, there is a whole backup or none."""

from itertools import count

import pytest

from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from functions.backup.run import BackupFailed
from tests.faults import every
from tests.integration.backup.backing_up import World, forget, is_whole
from tests.integration.backup.conftest import s3_client
from tests.s3_troubles import FOREVER, Trouble, TroubledS3

SLOW = pytest.mark.slow


@every(5)
@pytest.mark.parametrize(
    "trouble", ["lost", *(pytest.param(each, marks=SLOW) for each in ("throttled", "cut", "slow"))]
)
def test_trouble_with_any_one_call_is_got_over(world: World, troubled: TroubledS3, trouble: Trouble, step: int) -> None:
    kept = world.run().manifest
    assert kept
    for position in count(0, step):
        made = run_through(world, troubled, position, (trouble, 1))
        assert made, f"{trouble} at call {position}: {troubled.calls[position:][:1]}"
        assert_sound(world, kept, made)
        assert world.uploads() == []
        forget(world, kept)
        if position >= len(troubled.calls):
            break
    assert position > 10
    assert "head" in troubled.calls, "calls that only look are among them"


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["lost", "refused"])
def test_an_s3_that_is_gone_from_any_call_on_leaves_what_was_there(
    world: World, troubled: TroubledS3, trouble: Trouble
) -> None:
    kept = world.run().manifest
    assert kept
    for position in count():
        made = run_through(world, troubled, position, (trouble, FOREVER))
        assert_sound(world, kept, made)
        forget(world, kept)
        if position >= len(troubled.calls):
            break
    assert made, "the last one met no trouble"
    assert position > 10


def run_through(world: World, troubled: TroubledS3, position: int, then: tuple[Trouble, int]) -> Manifest | None:
    """Run a backup that has this trouble; return what it has made."""
    world.later()
    troubled.calls.clear()
    troubled.position, troubled.then = position, then
    try:
        return world.run(bucket=Bucket(s3_client(troubled.endpoint), world.bucket.name)).manifest
    except BackupFailed:
        return None


def assert_sound(world: World, kept: Manifest, made: Manifest | None) -> None:
    """Readers see what was there and what is whole, people what became of the run."""
    there = set(world.backups())
    assert kept in there
    assert there <= {kept, made} if made else len(there) <= 2
    assert all(is_whole(world, each) for each in there)
    assert world.is_free()
    incident = world.state().incident
    assert (incident is None) == (made is not None)
