"""Making a backup, in the order in which it comes to be.

* The manifest must be written last, and only when everything that it names is stored and known to be right.
* Everything must be of one snapshot, which must have been there to the end.
* Whatever fails, nothing that any reader would take for a backup may be left.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event

from caretaker import __version__
from caretaker.archive import manifest_file, sessions, tables
from caretaker.archive.deadline import Deadline, OutOfTime
from caretaker.archive.fingerprint import Look, fingerprint, mode_for
from caretaker.archive.howto import howto
from caretaker.archive.identity import DUMP, GLOBALS, HOWTO, MANIFEST, TABLES, BackupId
from caretaker.archive.manifest import Fingerprint, LargeObjects, Manifest, Seconds, StoredObject
from caretaker.archive.objects import Bucket
from caretaker.archive.sessions import begin, version_of_session
from caretaker.archive.tables import Contents
from caretaker.core.secrets import Redactor
from caretaker.core.targets.backup import BackupTarget
from functions.backup.compressing import Compressed
from functions.backup.dump import Dumping, Progress, Source, dump
from functions.backup.globals import globals_sql
from functions.backup.preflight import Ready
from functions.backup.snapshot import Snapshot, exported
from functions.backup.upload import Upload

_PATIENCE = 30.0  # seconds for a session to begin


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: ``reason`` and ``request`` are kept in it."""

    id: BackupId
    target: BackupTarget
    reason: str
    request: str


@dataclass(frozen=True, slots=True)
class Means:
    """What it is made with: where it goes, its time, and who is told how far it has come. ``clock`` gives UTC."""

    bucket: Bucket
    deadline: Deadline
    clock: Callable[[], datetime]
    redactor: Redactor
    progress: Callable[[Progress], None]


def make(order: Order, ready: Ready, means: Means, began: float) -> tuple[Manifest, Contents]:
    """Make a backup, and return its manifest and what it holds.

    ``began`` is when the run began, in seconds of the deadline's clock. Raises what its parts raise: ``DumpFailed``,
    ``SnapshotLost``, ``Uncounted``, ``StorageFailed``, ``OutOfTime`` or ``psycopg2.Error``; then there is no manifest.
    """
    now, monotonic = means.clock, means.deadline.monotonic
    began_at, prepared = now(), monotonic()
    with exported(ready.connection, order.target.exclude_table_data) as snapshot:
        version = version_of_session(snapshot.session)
        mode = mode_for(order.target.fingerprint, version, snapshot.server.database_bytes)
        dumped, contents, counted = _read(order, ready, snapshot, mode, means)
        read = monotonic()
        with closing(begin(ready.connection, _PATIENCE)) as session:
            roles = globals_sql(ready.connection, session, ready.programs, means.deadline.left("roles were read"))
        stored = [
            dumped,
            _store(order, means, GLOBALS, roles),
            _store(order, means, TABLES, tables.encode(contents)),
        ]
        manifest = Manifest(
            id=order.id,
            reason=order.reason,
            request=order.request,
            began_at=began_at,
            dumped_at=snapshot.at,
            finished_at=now(),
            snapshot=snapshot.name,
            server=snapshot.server,
            client_version=str(ready.programs.version),
            extensions=snapshot.extensions,
            objects=tuple(stored),
            totals=tables.totals(contents, mode),
            sequences=len(contents.sequences),
            large_objects=_large_objects(contents, mode),
            excluded_table_data=snapshot.excluded,
            tool_version=__version__,
            seconds=Seconds(
                preflight=round(prepared - began, 3),
                dump=round(read - prepared, 3),
                fingerprint=round(counted, 3),
                total=round(monotonic() - began, 3),
            ),
        )
        text = howto(manifest, means.bucket.name).encode()
        means.bucket.put(order.id.key(HOWTO), text, if_absent=True, content_type="text/markdown; charset=utf-8")
        snapshot.still_there()
    means.deadline.left("the manifest was to be written")
    means.bucket.put(
        order.id.key(MANIFEST), manifest_file.encode(manifest), if_absent=True, content_type="application/json"
    )
    return manifest, contents


def _read(
    order: Order, ready: Ready, snapshot: Snapshot, mode: Fingerprint, means: Means
) -> tuple[StoredObject, Contents, float]:
    """Dump, and count beside it; return both, and how long counting took.

    Counting begins with the dump's first bytes: from then on pg_dump's locks keep every table as it is.
    """
    deadline, stopped = means.deadline, Event()
    environment = sessions.environment(ready.connection, snapshot.session)
    source = Source(ready.programs, environment, snapshot.name, snapshot.excluded)
    upload = Upload(means.bucket, order.id.key(DUMP), deadline)
    counting: list[Future[tuple[Contents, float]]] = []

    def progress(progress: Progress) -> None:
        if not counting:
            counting.append(pool.submit(count))
        means.progress(progress)

    dumping = Dumping(upload, deadline, means.redactor, snapshot.still_there, progress)

    def left() -> float:
        if stopped.is_set():
            raise OutOfTime("the dump had failed while tables were counted")
        return deadline.left("tables were counted")

    def count() -> tuple[Contents, float]:
        began = deadline.monotonic()
        look = Look(mode, left, snapshot.name, order.target.exclude_table_data)
        return fingerprint(ready.connection, look), deadline.monotonic() - began

    pool = ThreadPoolExecutor(1, "counting")
    try:
        dumped = dump(source, dumping)
        contents, seconds = counting[0].result(timeout=deadline.left("tables were counted"))
    except TimeoutError:
        raise OutOfTime("the time was over while tables were counted") from None
    finally:
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)
    return dumped, contents, seconds


def _store(order: Order, means: Means, name: str, content: bytes) -> StoredObject:
    means.deadline.left(f"{name} was to be stored")
    compressed = Compressed()
    body = compressed.write(content) + compressed.finish()
    means.bucket.put(order.id.key(name), body, if_absent=True, content_type="application/zstd")
    return StoredObject(
        name, compressed.stored_bytes, compressed.stored_sha256, compressed.raw_bytes, compressed.raw_sha256
    )


def _large_objects(contents: Contents, mode: Fingerprint) -> LargeObjects:
    return contents.large_objects if mode != "off" else replace(contents.large_objects, digest=None)
