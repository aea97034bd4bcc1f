"""The dump of a database: from pg_dump through zstd to S3, and nothing of it on a disk."""

import re
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from caretaker.archive.deadline import Deadline
from caretaker.archive.identity import DUMP
from caretaker.archive.manifest import StoredObject
from caretaker.archive.process import running
from caretaker.archive.programs import Programs
from caretaker.archive.words import Words
from caretaker.core.secrets import Redactor
from functions.backup.compressing import Compressed
from functions.backup.upload import Upload

_ARCHIVE = b"PGDMP"  # how an archive begins
_LOCK_WAIT = "60s"
_LOCK_TIMEOUT = re.compile(r"due to (?:statement|lock) timeout.*LOCK TABLE", re.DOTALL)


class DumpFailed(Exception):
    """pg_dump did not dump the whole database; the message holds its own last words."""


class LockTimeout(DumpFailed):
    """pg_dump waited too long for a table that somebody else has locked."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a dump has come: bytes read and stored, and the table being read, empty at first."""

    raw_bytes: int
    stored_bytes: int
    table: str


@dataclass(frozen=True, slots=True)
class Source:
    """What is dumped: ``connection`` is the environment that leads to the database, ``snapshot`` an exported one."""

    programs: Programs
    connection: Mapping[str, str]
    snapshot: str
    exclude_table_data: tuple[str, ...] = ()

    def command(self) -> list[str | Path]:
        """Return pg_dump's command; it holds nothing secret."""
        excluded = [f"--exclude-table-data={table}" for table in self.exclude_table_data]
        options = ["--format=custom", "--compress=0", "--no-password", "--verbose", f"--lock-wait-timeout={_LOCK_WAIT}"]
        return [self.programs.path("pg_dump"), *options, f"--snapshot={self.snapshot}", *excluded]


@dataclass(frozen=True, slots=True)
class Dumping:
    """What a dump is given beside its source: where it goes, its time, and who is told how far it has come.

    ``check_snapshot`` raises if the session that exported the snapshot is not there any more.
    """

    upload: Upload
    deadline: Deadline
    redactor: Redactor
    check_snapshot: Callable[[], None]
    progress: Callable[[Progress], None]


def dump(source: Source, dumping: Dumping) -> StoredObject:
    """Dump a database to S3, and return what is stored there.

    The upload is completed when pg_dump has ended well, has left nothing out, and the snapshot was there to the end.
    Anything else ends pg_dump and the upload, and raises: ``DumpFailed``, ``LockTimeout``, ``UploadFailed``,
    ``OutOfTime``, or what ``check_snapshot`` raises.
    """
    words, compressed, upload = Words(dumping.redactor), Compressed(), dumping.upload
    environment = source.programs.environment(source.connection)
    with upload, running(source.command(), environment, words.hear) as pg_dump:
        begins = b""
        for chunk in pg_dump.chunks(dumping.deadline):
            begins = begins or chunk[: len(_ARCHIVE)]
            upload.write(compressed.write(chunk))
            dumping.progress(Progress(compressed.raw_bytes, compressed.stored_bytes, words.table))
        _judge(pg_dump.exit_code(dumping.deadline), begins, words)
        dumping.check_snapshot()
        upload.write(compressed.finish())
        upload.complete()
    return StoredObject(
        DUMP, compressed.stored_bytes, compressed.stored_sha256, compressed.raw_bytes, compressed.raw_sha256
    )


def _judge(code: int, begins: bytes, words: Words) -> None:
    """Raise unless the program's end means that all is in its output."""
    if code:
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"
        failure = LockTimeout if _LOCK_TIMEOUT.search(words.last) else DumpFailed
        raise failure(f"pg_dump {how}: {words.last}")
    if words.omitted:
        raise DumpFailed(f"pg_dump left something out: {' | '.join(words.omitted)}")
    if begins != _ARCHIVE:
        raise DumpFailed(f"pg_dump wrote no archive: {words.last}")
