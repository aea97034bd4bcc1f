"""Whatever happens to a dump, nothing is left of it, nothing runs on, and the program's own last words are said."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg2
import pytest

from caretaker.archive.deadline import Deadline, OutOfTime
from caretaker.archive.objects import Bucket
from functions.backup.dump import DumpFailed, LockTimeout, Progress
from functions.backup.multipart import UploadFailed
from tests.integration.backup.conftest import left, s3_client
from tests.integration.backup.dumping import Scene, pg_dumps, query, scripted, snapshot_of, source
from tests.postgres import PASSWORD, PostgresServer, postgres_server
from tests.processes import words
from tests.s3_troubles import FOREVER, TroubledS3

ROWS = 200_000


@pytest.fixture(scope="module")
def filled(server: PostgresServer) -> PostgresServer:
    fill(server)
    return server


@pytest.fixture
def scene(filled: PostgresServer, postgres_layer: Path, bucket: Bucket) -> Iterator[Scene]:
    with snapshot_of(filled) as snapshot:
        yield Scene(bucket, source(filled, postgres_layer, snapshot))


@pytest.fixture(scope="module")
def whole(filled: PostgresServer) -> int:
    """How many bytes the dump has, nearly."""
    return int(str(query(filled, "select sum(length(orders::text)) from orders")[0]))


@pytest.fixture(scope="module")
def raw_bytes(filled: PostgresServer, postgres_layer: Path) -> int:
    """How many bytes the dump has."""
    with snapshot_of(filled) as snapshot:
        told = source(filled, postgres_layer, snapshot)
        environment = told.programs.environment(told.connection)
        return len(subprocess.run(told.command(), env=environment, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("share", [0.01, 0.5])
def test_a_pg_dump_that_is_killed_is_no_dump(scene: Scene, whole: int, share: float) -> None:
    def kill(progress: Progress) -> None:
        if progress.raw_bytes >= share * whole:
            for process in pg_dumps():
                process.kill()

    with nothing_left(scene), pytest.raises(DumpFailed, match=r"pg_dump was ended by SIGKILL: .*public\.orders"):
        scene.dump(kill)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99, 1.0])
def test_an_archive_that_was_cut_anywhere_is_no_dump(
    scene: Scene, tmp_path: Path, raw_bytes: int, share: float
) -> None:
    real = scene.source.programs.path("pg_dump")
    cutting = f'"{real}" "$@" 2>/dev/null | head -c {round(share * raw_bytes)}; kill -9 $$'
    programs = scripted(tmp_path, cutting).programs

    with nothing_left(scene), pytest.raises(DumpFailed, match="pg_dump was ended by SIGKILL: it said nothing"):
        Scene(scene.bucket, replace(scene.source, programs=programs)).dump()


def test_a_backend_that_is_terminated_is_said_in_the_servers_words(scene: Scene, filled: PostgresServer) -> None:
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'caretaker-dump'"

    said = r"ended with 1: .*(terminating connection due to admin|closed the connection)"  # whichever arrives
    with nothing_left(scene), pytest.raises(DumpFailed, match=said):
        scene.dump(once(lambda: query(filled, ended)))


def test_a_server_that_is_stopped_is_said(postgres_layer: Path, bucket: Bucket) -> None:
    with postgres_server(18) as server:
        fill(server)
        with snapshot_of(server) as snapshot:
            scene = Scene(bucket, source(server, postgres_layer, snapshot))
            with nothing_left(scene), pytest.raises(DumpFailed, match=r"ended with 1: .*(terminating|closed the conn)"):
                scene.dump(once(lambda: stop(server)))


def test_a_snapshot_that_is_gone_before_the_dump_is_said(scene: Scene, filled: PostgresServer) -> None:
    with snapshot_of(filled) as snapshot:
        gone = snapshot
    lost = Scene(scene.bucket, source(filled, scene.source.programs.folder.parents[2], gone))

    with nothing_left(scene), pytest.raises(DumpFailed, match=r"ended with 1: .*snapshot"):
        lost.dump()


def test_a_snapshot_that_is_lost_during_the_dump_is_no_dump(scene: Scene) -> None:
    def lost() -> None:
        raise ConnectionError("the session of the snapshot is gone")

    with nothing_left(scene), pytest.raises(ConnectionError):
        scene.dump(check_snapshot=lost)


def test_a_locked_table_ends_in_a_lock_timeout(
    scene: Scene, filled: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.backup.dump._LOCK_WAIT", "200ms")
    locking = psycopg2.connect(filled.url())
    try:
        locking.cursor().execute("lock table orders in access exclusive mode")
        with nothing_left(scene), pytest.raises(LockTimeout, match=r"due to .* timeout .*LOCK TABLE"):
            scene.dump()
    finally:
        locking.close()


def test_what_pg_dump_leaves_out_without_failing_is_a_failure(
    filled: PostgresServer, postgres_layer: Path, bucket: Bucket
) -> None:
    query(filled, f"create role reader login password '{PASSWORD}' in role pg_read_all_data")
    query(filled, "create subscription news connection 'dbname=x' publication p with (connect = false)")
    try:
        with snapshot_of(filled) as snapshot:
            scene = Scene(bucket, source(filled, postgres_layer, snapshot, user="reader"))
            with nothing_left(scene), pytest.raises(DumpFailed, match="left something out: subscriptions not dumped"):
                scene.dump()
    finally:
        query(filled, "alter subscription news set (slot_name = none)")
        query(filled, "drop subscription news")


def test_missing_rights_are_said_in_the_servers_words(
    filled: PostgresServer, postgres_layer: Path, bucket: Bucket
) -> None:
    query(filled, f"create role nobody login password '{PASSWORD}'")
    with snapshot_of(filled) as snapshot:
        scene = Scene(bucket, source(filled, postgres_layer, snapshot, user="nobody"))
        with nothing_left(scene), pytest.raises(DumpFailed, match="permission denied for table orders"):
            scene.dump()


def test_the_deadline_ends_a_dump(scene: Scene) -> None:
    now = [0.0]

    def jump(_: Progress) -> None:
        now[0] = 100.0

    with nothing_left(scene), pytest.raises(OutOfTime, match="over while the database was being read"):
        scene.dump(jump, deadline=Deadline(50.0, lambda: now[0]))


def test_an_upload_that_fails_ends_pg_dump(scene: Scene, troubled: TroubledS3) -> None:
    troubled.troubles["part"] = ("throttled", FOREVER)
    through = Scene(Bucket(s3_client(troubled.endpoint), scene.bucket.name), scene.source)

    with nothing_left(scene), pytest.raises(UploadFailed, match="was not stored: "):
        through.dump()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 0", "pg_dump wrote no archive: it said nothing"),
        ("echo something else", "wrote no archive"),
        ("printf PGDMP; echo 'pg_dump: error: out of luck' >&2; exit 3", "ended with 3: pg_dump: error: out of luck"),
        (f"printf PGDMP; echo 'password {PASSWORD} is wrong' >&2; exit 1", r"password \*\*\* is wrong"),
        ("printf PGDMP; yes 'a word' | head -c 300000 >&2; echo bye >&2; exit 1", "ended with 1: .*bye"),
        ("printf PGDMP; head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1", "ended with 1: x+"),
        ("printf 'PGDMP'; printf 'l\\351gende \\033[2J' >&2; exit 1", "ended with 1: l\N{REPLACEMENT CHARACTER}gende"),
    ],
)
def test_what_a_program_does_wrong_is_said(tmp_path: Path, bucket: Bucket, script: str, said: str) -> None:
    scene = Scene(bucket, scripted(tmp_path, script))

    with nothing_left(scene), pytest.raises(DumpFailed, match=said) as failure:
        scene.dump()

    assert len(str(failure.value)) < 2500
    assert "s3cret" not in str(failure.value)


@pytest.mark.parametrize(
    "script", ["printf PGDMP; exec sleep 60", "printf PGDMP; exec >&-; sleep 60", "sleep 60 | cat"]
)
def test_a_program_that_hangs_is_ended_with_all_that_it_has_started(
    tmp_path: Path, bucket: Bucket, script: str
) -> None:
    scene = Scene(bucket, scripted(tmp_path, script))
    began = time.monotonic()

    with nothing_left(scene), pytest.raises(OutOfTime):
        scene.dump(deadline=Deadline(began + 0.5, time.monotonic))


def once(act: Callable[[], object]) -> Callable[[Progress], None]:
    """Return a progress that acts the first time that rows are read."""
    acted: list[object] = []

    def progress(now: Progress) -> None:
        if now.table and not acted:
            acted.append(act())

    return progress


@contextmanager
def nothing_left(scene: Scene) -> Iterator[None]:
    yield
    assert left(scene.bucket) == ([], [])
    assert psutil.Process().children(recursive=True) == [] or pg_dumps() == []


def fill(server: PostgresServer) -> None:
    query(
        server,
        f"create table orders as select n, md5(n::text) || md5((-n)::text) note from generate_series(1, {ROWS}) n",
    )


def stop(server: PostgresServer) -> None:
    """Stop a server at once."""
    for process in psutil.process_iter():
        if any(f"port={server.port}" in word for word in words(process)):
            process.send_signal(2)
            return
