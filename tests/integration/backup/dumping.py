"""Databases and dumps for tests: a table that takes a while, a snapshot of it, and what became of pg_dump."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg2

from caretaker.archive.deadline import Deadline
from caretaker.archive.manifest import StoredObject
from caretaker.archive.objects import Bucket
from caretaker.archive.programs import Programs, programs_for
from caretaker.archive.versions import Version
from caretaker.core.secrets import Redactor
from functions.backup.dump import Dumping, Progress, Source, dump
from functions.backup.upload import Upload
from tests.integration.backup.conftest import in_time
from tests.postgres import PASSWORD, PostgresServer
from tests.processes import program

KEY = "backups/main/database.dump.zst"


@dataclass(frozen=True)
class Scene:
    """A database with a snapshot, and the bucket that it is dumped to."""

    bucket: Bucket
    source: Source

    def dump(
        self,
        progress: Callable[[Progress], None] = lambda _: None,
        check_snapshot: Callable[[], None] = lambda: None,
        deadline: Deadline | None = None,
    ) -> StoredObject:
        """Dump it, and return what is stored."""
        deadline = deadline or in_time()
        upload = Upload(self.bucket, KEY, deadline)
        return dump(self.source, Dumping(upload, deadline, Redactor([PASSWORD]), check_snapshot, progress))


def query(server: PostgresServer, statement: str, user: str = "postgres", database: str = "postgres") -> list[object]:
    """Run a statement; return the first column of its rows."""
    session = psycopg2.connect(server.url(user, database))
    try:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement)
            return [row[0] for row in cursor.fetchall()] if cursor.description else []
    finally:
        session.close()


@contextmanager
def snapshot_of(server: PostgresServer, user: str = "postgres", database: str = "postgres") -> Iterator[str]:
    """Export a snapshot, and hold it."""
    session = psycopg2.connect(server.url(user, database))
    try:
        session.set_session("REPEATABLE READ", readonly=True)
        with session.cursor() as cursor:
            cursor.execute("select pg_export_snapshot()")
            yield str(cursor.fetchall()[0][0])
    finally:
        session.close()


def source(
    server: PostgresServer, layer: Path, snapshot: str, user: str = "postgres", excluded: tuple[str, ...] = ()
) -> Source:
    """Return how a server's database ``postgres`` is dumped."""
    connection = {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGUSER": user,
        "PGPASSWORD": PASSWORD,
        "PGDATABASE": "postgres",
        "PGAPPNAME": "caretaker-dump",
    }
    return Source(programs_for(Version(server.version, 0), layer / "postgres"), connection, snapshot, excluded)


def scripted(folder: Path, script: str) -> Source:
    """Return a source whose pg_dump is a shell script."""
    program = folder / "pg_dump"
    program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n", "utf-8")
    program.chmod(0o755)
    return Source(Programs(folder, Version(18, 0)), {"PGPASSWORD": PASSWORD}, "snapshot")


def pg_dumps() -> list[psutil.Process]:
    """Return the pg_dumps that this process has started and that are still there, zombies too."""
    return [child for child in psutil.Process().children(recursive=True) if "pg_dump" in program(child)]
