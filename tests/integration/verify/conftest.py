"""A bucket to drill from, and a drill's means."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from caretaker.archive.deadline import Deadline
from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest import Manifest
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import Bucket
from caretaker.archive.proof import Proof
from caretaker.local.postgres import postgres_server
from functions.verify.drill import drill
from functions.verify.means import Means
from tests.backed_up import back_up
from tests.buckets import empty, made_bucket, s3_at
from tests.postgres import PASSWORD, PostgresServer, quick_place
from tests.postgres_programs import server_programs

BUCKET = "backups-to-drill"
Proven = Callable[[PostgresServer, str], Proof]
LARGEST_FILE = 4 << 20  # bytes that a file of the server for drills may have


@pytest.fixture(scope="module")
def drilled_bucket(moto_endpoint: str) -> Iterator[Bucket]:
    with made_bucket(s3_at(moto_endpoint), BUCKET) as bucket:
        yield bucket


@pytest.fixture(scope="session")
def server_for_drills() -> Iterator[PostgresServer]:
    """A server set up by itself, as a copy would be the same server; a file that grows too large fills its disk."""
    programs = server_programs(18)
    with ExitStack() as stack:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, before[1]))  # is handed on to what is started now
        try:
            running = stack.enter_context(postgres_server(programs, 18, PASSWORD, parent=quick_place(programs)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        yield running


@pytest.fixture
def emptied_bucket(drilled_bucket: Bucket) -> Iterator[Bucket]:
    """The bucket, and afterwards nothing in it."""
    yield drilled_bucket
    empty(drilled_bucket)


def store(bucket: Bucket, made: Manifest, body: bytes | None = None) -> None:
    """Store a manifest, or something else in its place."""
    body = encode(made) if body is None else body
    bucket.put(made.id.key(MANIFEST), body, if_absent=True, content_type="application/json")


@pytest.fixture(scope="module")
def drills() -> Iterator[Path]:
    """The folder in which drills happen: short, as a socket's path has 107 bytes at most, and open to the server."""
    with TemporaryDirectory(prefix="drills-", dir=quick_place(server_programs(18)) or "/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def means(bucket: Bucket, programs: Path, folder: Path, **changes: Any) -> Means:
    """Return what a drill is done with: a minute and a half, and all the room that it wants."""
    usual: dict[str, Any] = {
        "bucket": bucket,
        "programs": programs,
        "folder": folder,
        "memory": 1_000_000_000,
        "free": lambda: 10**12,
        "deadline": Deadline(time.monotonic() + 90, time.monotonic),
        "clock": lambda: datetime.now(UTC),
        "wait": time.sleep,
    }
    return Means(**(usual | changes))


@pytest.fixture
def proven(drilled_bucket: Bucket, programs: Path, drills: Path) -> Proven:
    """Back a database of a server up, drill that, and return what was found."""

    def prove(server: PostgresServer, database: str) -> Proof:
        manifest = back_up(drilled_bucket, server, database, programs)
        return drill(manifest, means(drilled_bucket, programs, drills)).proof

    return prove


def are_gone(folder: Path) -> bool:
    """Whether no process is about a folder any more: those that a server has started end a moment after it."""
    until = time.monotonic() + 60
    while processes(folder):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def processes(folder: Path) -> list[str]:
    """Return the commands of processes that are about a folder."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words:
            found.append(words)
    return found
