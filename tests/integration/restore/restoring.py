"""Restores for tests: a shop that was backed up, and everything that a restore works with."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import md5
from itertools import count
from pathlib import Path
from typing import Any

from caretaker.archive import proof_file
from caretaker.archive.deadline import Deadline
from caretaker.archive.entries import entries
from caretaker.archive.identity import BackupId
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.proof import Level, Noted, Proof
from caretaker.archive.restoring.carrying_out import Restored, restore
from caretaker.archive.restoring.choosing import choose
from caretaker.archive.restoring.plan import Plan
from caretaker.archive.restoring.preflight import Means, Wish, preflight
from caretaker.archive.restoring.reaching import reach
from caretaker.archive.restoring.target import look
from caretaker.core.targets.backup import BackupTarget
from functions.backup import making
from functions.backup.preflight import Pace
from functions.backup.preflight import preflight as backup_preflight
from tests.buckets import empty, made_bucket, s3_at
from tests.databases import make, run
from tests.postgres import PostgresServer

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SHOP = (
    "create type state as enum ('open', 'paid')",
    "create table customers (id serial primary key, name text not null)",
    "create table orders (n int primary key, customer int references customers, state state, price numeric(9, 2))",
    'create schema "Odd ""schema"""; create table "Odd ""schema"""."a table" (x int)',
    "create table events (at date, what text) partition by range (at)",
    "create table events_1 partition of events for values from ('2026-01-01') to ('2027-01-01')",
    "insert into customers (name) select md5(n::text) from generate_series(1, 200) n",
    "insert into orders select n, n % 200 + 1, 'open', n / 7.0 from generate_series(1, 3000) n",
    'insert into "Odd ""schema"""."a table" select generate_series(1, 10)',
    "insert into events select date '2026-01-01' + n % 300, repeat('x', n % 50) from generate_series(1, 900) n",
    "create table parcels (state state, n int) partition by hash (state)",
    "create table parcels_0 partition of parcels for values with (modulus 2, remainder 0)",
    "create table parcels_1 partition of parcels for values with (modulus 2, remainder 1)",
    "insert into parcels select state, n from unnest(enum_range(null::state)) state, generate_series(1, 9) n",
    "create view open_orders as select * from orders where state = 'open'",
    "create materialized view totals as select customer, sum(price) from orders group by 1",
    "create function twice(int) returns int language sql as 'select 2 * $1'",
    "select lo_from_bytea(0, 'a large object'::bytea)",
)
_NUMBERS = count()


@dataclass(frozen=True)
class Shelf:
    """A bucket with two backups, what its objects hold, by key, and the manifests."""

    bucket: Bucket
    objects: Mapping[str, bytes]
    older: Manifest
    newer: Manifest

    def put_right(self) -> None:
        """Let the bucket hold that and nothing else, whatever it holds now."""
        client, name = self.bucket.client, self.bucket.name
        there = {one["Key"]: one["ETag"] for one in client.list_objects_v2(Bucket=name).get("Contents", [])}
        for key in there.keys() - self.objects.keys():
            client.delete_object(Bucket=name, Key=key)
        for key, content in self.objects.items():
            if there.get(key) != f'"{md5(content).hexdigest()}"':
                client.put_object(Bucket=name, Key=key, Body=content)


class Silent:
    """A progress that keeps what it is told."""

    def __init__(self, on_stage: Callable[[str], object] = lambda _name: None) -> None:
        self.stages: list[str] = []
        self.done: dict[str, tuple[int, int]] = {}
        self._on_stage = on_stage

    def stage(self, name: str) -> None:
        self.stages.append(name)
        self._on_stage(name)

    def bytes(self, done: int, total: int) -> None:
        self.done["bytes"] = (done, total)

    def tables(self, done: int, total: int) -> None:
        self.done[self.stages[-1]] = (done, total)


@dataclass
class World:
    """Backups in a bucket, and a server to restore to; ``room`` is a folder for the dump on its way."""

    bucket: Bucket
    shelf: Shelf
    programs: Path
    room: Path
    server: PostgresServer
    wish: Wish = field(default_factory=Wish)
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
    progress: Silent = field(default_factory=Silent)
    database: str = field(default_factory=lambda: f"restored_{next(_NUMBERS)}")

    @property
    def means(self) -> Means:
        deadline = Deadline(time.monotonic() + 100, time.monotonic)
        return Means(self.bucket, self.programs, self.room, self.free, deadline)

    def plan(self, user: str = "postgres", backup: str = "") -> Plan:
        """Return the plan for the newest proven backup."""
        choice = choose(entries(self.bucket, "main"), "main", backup)
        target = look(reach(self.server.url(user, self.database), "", self.database, {}))
        return preflight(choice.entries[0], target, self.wish, self.means)

    def restore(self, user: str = "postgres") -> Restored:
        """Restore the newest proven backup."""
        return restore(self.plan(user), self.means, self.progress)

    def databases(self) -> list[str]:
        """Return the databases of the server that a restore may have made."""
        found = run(self.server, "postgres", f"select datname from pg_database where datname = '{self.database}'")
        return [name for (name,) in found]

    def count(self, table: str = "orders") -> int:
        """Return the rows of a restored table."""
        return int(run(self.server, self.database, f"select count(*) from {table}")[0][0])

    def wishing(self, **changes: Any) -> "World":  # of any field
        """Return the world with another wish."""
        self.wish = replace(self.wish, **changes)
        return self


def backed_up(
    bucket: Bucket, url: str, programs: Path, ago: timedelta = timedelta(0), *, seconds: float = 60
) -> Manifest:
    """Make a backup as the function does; return its manifest."""
    target = BackupTarget("main", url, 93_600, 3600, (), "full", "")
    ready = backup_preflight(url, "", (), Pace(seconds, None), programs)
    deadline = Deadline(time.monotonic() + seconds, time.monotonic)
    at = AT - ago
    order = making.Order(BackupId("main", "daily", at), target, "", "r")
    means = making.Means(bucket, deadline, lambda: at, ready.connection.redactor, lambda _progress: None)
    return making.make(order, ready, means, time.monotonic())[0]


def back_up(world: World, server: PostgresServer, *statements: str) -> World:
    """Have nothing in the bucket but the backup of a database that is made of statements, on the server."""
    empty(world.bucket)
    made = backed_up(world.bucket, server.url(database=make(server, *statements)), world.programs)
    prove(world.bucket, made.id, "equal")
    world.server = server
    return world


@contextmanager
def backup_of(endpoint: str, server: PostgresServer, database: str, programs: Path) -> Iterator[Bucket]:
    """Give a bucket with nothing but the backup of a database, proven, for many tests."""
    with made_bucket(s3_at(endpoint), f"backups-of-{database.replace('_', '-')}") as bucket:
        prove(bucket, backed_up(bucket, server.url(database=database), programs).id, "equal")
        yield bucket


def prove(bucket: Bucket, backup: BackupId, level: Level | None, *noted: Noted, dump_sha256: str = "") -> None:
    """Put the record of a drill beside a backup, by default one of before digests were recorded."""
    at = backup.at + timedelta(hours=1)
    proof = Proof(
        backup, at, at + timedelta(minutes=1), level, noted, (), 4, 4, (), "18.0", "0.1.0", dump_sha256=dump_sha256
    )
    bucket.client.put_object(Bucket=bucket.name, Key=proof_file.proof_key(backup, at), Body=proof_file.encode(proof))


def taken(bucket: Bucket) -> dict[str, bytes]:
    """Return everything in a bucket."""
    return {one.key: bucket.get(one.key, 10**8) for one in bucket.keys("")}
