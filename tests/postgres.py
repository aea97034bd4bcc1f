"""A real PostgreSQL for tests, of 16 or 18; its data are made once, and copied for each server."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from caretaker.build.once import once
from caretaker.local import postgres
from caretaker.local.postgres import PostgresServer, anybody_may_run, initdb, initialise
from layers.postgres.layer import LAYERS
from tests.postgres_programs import server_programs

__all__ = ["PASSWORD", "PostgresServer", "postgres_server", "quick_place"]

PASSWORD = "sup3r/s3cret"
_MEMORY = Path("/dev/shm")
_ROOM = 4_000_000_000  # bytes, for what all tests' servers hold at once


@contextmanager
def postgres_server(version: int = 18, *settings: str) -> Iterator[PostgresServer]:
    """Start a server, of 16 or 18, in a folder of its own; stop it, and leave nothing behind."""
    programs = server_programs(version)
    place = quick_place(programs)
    with postgres.postgres_server(programs, version, PASSWORD, *settings, data=_empty(version), parent=place) as server:
        yield server


def quick_place(programs: Path) -> Path | None:
    """Return a folder in memory, if there is one with room: a disk takes a minute to delete some thousand files."""
    with suppress(OSError):
        if anybody_may_run(programs) and shutil.disk_usage(_MEMORY).free > _ROOM:  # nothing may be run from memory
            return _MEMORY
    return None


def _empty(version: int) -> Path:
    """Return the data of a server that has just been set up."""
    programs = server_programs(version)
    decisive = (version, PASSWORD, initdb(version), programs.parent.name)
    digest = hashlib.sha256(repr(decisive).encode()).hexdigest()[:16]
    return once(
        LAYERS / f"postgres-data-{version}-{digest}",
        lambda made: initialise(programs, version, PASSWORD, made),
    )
