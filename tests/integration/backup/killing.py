"""A run in a process of its own, which can die by SIGKILL at one of its calls of AWS: no ``finally`` is carried out."""

import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from caretaker.archive.objects import Bucket
from caretaker.core.store.table import Table
from functions.backup.compressing import Compressed
from tests.clients import client_at
from tests.faults import Faults
from tests.forks import PROCESSES
from tests.integration.backup.backing_up import World
from tests.integration.backup.conftest import s3_client

_LONGEST = 60.0  # seconds

Prepare = Callable[[], object]


@dataclass(frozen=True)
class Elsewhere:
    """What a process needs to know to run a backup of a world: which, and at which call of AWS it dies, if at all."""

    endpoint: str
    region: str
    table: str
    bucket: str
    programs: Path
    url: str
    now: datetime
    dies_at: int | None
    prepare: Prepare | None

    def run(self) -> None:
        """Run a backup, for somebody who asks how far it is."""
        if self.prepare:
            self.prepare()
        bucket, table = s3_client(self.endpoint), client_at("dynamodb", self.endpoint, self.region)
        faults = Faults(self.dies_at, error=_die)
        faults.watch(bucket)
        faults.watch(table)
        world = World(Table(table, self.table), Bucket(bucket, self.bucket), self.programs, self.url, self.now)
        world.run(world.asked(request="r-killed"))


def run_elsewhere(world: World, dies_at: int | None = None, prepare: Prepare | None = None) -> int:
    """Run a backup in another process, and return its exit code: 0 if nothing happened to it.

    ``prepare`` is a function of a module, which the process calls first.
    """
    meta = world.table.client.meta
    elsewhere = Elsewhere(
        world.bucket.client.meta.endpoint_url,
        meta.region_name,
        world.table.name,
        world.bucket.name,
        world.programs,
        str(world.url),
        world.now,
        dies_at,
        prepare,
    )
    process = PROCESSES.Process(target=elsewhere.run)
    process.start()
    process.join(_LONGEST)
    assert process.exitcode is not None, "the run did not end"
    return process.exitcode


def with_a_full_disk() -> None:
    """Let no file grow, in this process and in those that it starts."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def dying_after(raw_bytes: float) -> None:
    """Let this process die as soon as it has read so many bytes of a dump."""
    written = Compressed.write

    def write(compressed: Compressed, chunk: bytes) -> bytes:
        stored = written(compressed, chunk)
        if compressed.raw_bytes >= raw_bytes:
            _die()
        return stored

    Compressed.write = write  # type: ignore[method-assign,assignment]


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")
