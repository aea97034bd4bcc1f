"""Whichever call of a drill fails, once, for good, or with the process: no false proof, no lease for ever, no silence.

Every position is tried; in the usual run with a backup whose dump was harmed, one way of failing, and no room for a
server, which takes longest and makes none of these calls.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError

from caretaker.archive.entries import entries
from caretaker.archive.identity import DUMP
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.proof import Proof
from caretaker.archive.unfinished import drill_of
from caretaker.core.config import Promise, PromisesConfig
from caretaker.core.store import leases, states
from caretaker.core.store.table import Table
from functions.verify.drilling import Place, hold
from functions.verify.event import OneDrill
from functions.verify.run import Tools, run
from tests.backed_up import back_up
from tests.buckets import s3_at
from tests.clients import client_like
from tests.databases import make
from tests.faults import Faults, Killed, every, unreachable
from tests.postgres import PostgresServer

HOUR = timedelta(hours=1)
SLOW = pytest.mark.slow
WAYS = [
    pytest.param(Faults(error=unreachable), id="once"),
    pytest.param(Faults(error=unreachable, lasting=True), id="for good", marks=SLOW),
    pytest.param(Faults(error=Killed, lasting=True), id="killed", marks=SLOW),
    pytest.param(Faults(error=Killed, lasting=True, after=True), id="killed before the answer", marks=SLOW),
]


@dataclass(frozen=True)
class World:
    """A backup, the bucket and the table, and where drills are held."""

    bucket: Bucket
    table: Table
    backup: Manifest
    place: Place

    @property
    def proofs(self) -> list[Proof]:
        """What drills have recorded."""
        return [entry.proof for entry in entries(self.bucket, "main").entries if entry.proof]

    def begin_anew(self) -> None:
        """Forget all that has happened."""
        for item in self.table.client.scan(TableName=self.table.name)["Items"]:
            self.table.client.delete_item(TableName=self.table.name, Key={name: item[name] for name in ("pk", "sk")})
        for listed in self.bucket.keys(self.backup.id.key("verified/")):
            self.bucket.client.delete_object(Bucket=self.bucket.name, Key=listed.key)

    def tools(self, at: datetime, faults: Faults | None = None) -> Tools:
        """Return what a run works with: clients of its own, whose calls may fail."""
        table = Table(client_like(self.table), self.table.name)
        bucket = Bucket(s3_at(self.bucket.client.meta.endpoint_url), self.bucket.name)
        if faults:
            faults.watch(table.client)
            faults.watch(bucket.client)
        config = PromisesConfig("production", (Promise("main", 26 * 3600, 3600),))
        return Tools(table, bucket, config, lambda: at, lambda: 0.0, time.sleep, lambda _: {})

    def drill(self, at: datetime, faults: Faults | None = None) -> None:
        """Drill the backup, as its event asks for at a time."""
        hold(OneDrill(at, "main", self.backup.id.text, "r-1"), 870.0, self.place, self.tools(at, faults))

    def is_told(self) -> bool:
        """Whether people have been told of something about the database's proofs."""
        state = states.load(self.table, "verify").states.get("verify/main")
        return state is not None and state.incident is not None


@pytest.fixture
def world(
    table: Table, emptied_bucket: Bucket, postgres_18: PostgresServer, programs: Path, drills: Path
) -> Iterator[World]:
    database = make(postgres_18, "create table orders as select n from generate_series(1, 500) n")
    backup = back_up(emptied_bucket, postgres_18, database, programs)
    yield World(emptied_bucket, table, backup, Place(programs, drills, 10**9, lambda: 10**12))
    assert list(drills.iterdir()) == []


def harm(world: World) -> None:
    """Flip a byte of the dump: no drill may find this backup to be good from now on."""
    key = world.backup.id.key(DUMP)
    data = world.bucket.get(key, 10**8)
    middle = len(data) // 2
    harmed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    world.bucket.put(key, harmed, if_absent=False, content_type="application/zstd")


def calls_of_a_drill(world: World) -> list[str]:
    faults = Faults()
    world.drill(datetime(2026, 11, 21, 3, tzinfo=UTC), faults)
    assert faults.calls
    return faults.calls


@every(4)
@pytest.mark.parametrize("faults", WAYS)
def test_a_harmed_backup_is_never_said_to_be_good_and_people_hear_of_it(
    world: World, faults: Faults, step: int
) -> None:
    harm(world)
    if step > 1:
        world = replace(world, place=replace(world.place, free=lambda: 0))
    for position in range(0, len(calls_of_a_drill(world)), step):
        fail_and_try_again(world, faults, position)

        assert not any(proof.is_good for proof in world.proofs), position
        assert world.is_told(), position


@SLOW
@pytest.mark.parametrize("faults", WAYS)
def test_a_good_backup_is_never_said_to_be_harmed_and_is_proven_in_the_end(world: World, faults: Faults) -> None:
    for position in range(len(calls_of_a_drill(world))):
        fail_and_try_again(world, faults, position)

        assert [(proof.reached, proof.noted) for proof in world.proofs] == [("equal", ())], position
        assert not world.is_told(), position


def fail_and_try_again(world: World, faults: Faults, position: int) -> None:
    """Let one drill fail at a call, the hourly run follow, and then another drill that nothing happens to."""
    began = datetime(2026, 11, 21, 3, tzinfo=UTC)
    lease = drill_of(world.backup.id.text)
    world.begin_anew()
    faults.move(position)
    with suppress(BotoCoreError, StorageFailed, ExceptionGroup, Killed):
        world.drill(began, faults)
    assert len(faults.calls) > position, "a drill has made this call"
    was_killed, is_recorded = bool(leases.abandoned(world.table, [lease], began + HOUR)), bool(world.proofs)
    run(began + HOUR, world.tools(began + HOUR))
    if was_killed and not is_recorded:
        assert world.is_told(), f"nothing is said of a drill that was killed at {faults.calls[position]}"
    world.drill(began + 2 * HOUR)
    assert leases.holder(world.table, lease, began) is None, position
    assert leases.abandoned(world.table, [lease], began + 100 * HOUR) == [], position
