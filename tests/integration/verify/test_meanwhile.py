"""The server is made ready while the backup is read, which is restored while it is decoded.

Nothing is claimed for that, and nothing is left.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.restoring.damage import Damaged
from functions.verify.decoding import decode, read_beside
from functions.verify.drill import drill
from functions.verify.explaining import Unexplained
from functions.verify.means import OwnServer
from functions.verify.restoring import restore
from tests.backed_up import back_up
from tests.databases import make
from tests.integration.verify.conftest import are_gone, means
from tests.postgres import PostgresServer

DAMAGED = Damaged("checksum-mismatch", "database.dump.zst is not what was stored")
LOST = StorageFailed("there is no connection to S3")


@pytest.fixture(scope="module")
def manifest(drilled_bucket: Bucket, postgres_18: PostgresServer, programs: Path) -> Manifest:
    database = make(postgres_18, "create table orders as select n from generate_series(1, 100) n")
    return back_up(drilled_bucket, postgres_18, database, programs)


def reading(monkeypatch: pytest.MonkeyPatch, *before: Callable[[], object], raises: Exception | None = None) -> None:
    """Have something happen before the objects are read, or fail to be."""

    def read(*arguments: Any) -> Any:
        for each in before:
            each()
        if raises:
            raise raises
        return read_beside(*arguments)

    monkeypatch.setattr("functions.verify.bringing.read_beside", read)


def wait_for_a_server(folder: Path) -> None:
    """Return when a server answers in a drill's folder."""
    until = time.monotonic() + 30
    while not list(folder.glob("caretaker-drill-*/server/.s.PGSQL.5432")):
        assert time.monotonic() < until, "no server has come"
        time.sleep(0.02)


def test_the_server_is_there_before_the_backup_is_read(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(monkeypatch, lambda: wait_for_a_server(drills))

    proof = drill(manifest, means(drilled_bucket, programs, drills)).proof

    assert (proof.reached, proof.noted) == ("equal", ())


@pytest.mark.parametrize(
    "comes",
    [pytest.param(True, id="server there", marks=pytest.mark.slow), pytest.param(False, id="server on its way")],
)
def test_damage_that_is_found_meanwhile_is_told_and_no_server_is_left(
    comes: bool,
    manifest: Manifest,
    drilled_bucket: Bucket,
    programs: Path,
    drills: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading(monkeypatch, *[lambda: wait_for_a_server(drills)] * comes, raises=DAMAGED)

    proof = drill(manifest, means(drilled_bucket, programs, drills)).proof

    assert (proof.reached, [noted.code for noted in proof.noted]) == ("present", ["checksum-mismatch"])
    assert nothing_is_left(drills)


def test_a_bucket_that_fails_meanwhile_leaves_no_server(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(monkeypatch, lambda: wait_for_a_server(drills), raises=LOST)

    with pytest.raises(StorageFailed):
        drill(manifest, means(drilled_bucket, programs, drills))

    assert nothing_is_left(drills)


def test_a_server_that_cannot_start_hides_no_damage(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.verify.throwaway.settings", lambda _memory: {"shared_memory_type": "unknown"})
    reading(monkeypatch, raises=DAMAGED)

    proof = drill(manifest, means(drilled_bucket, programs, drills)).proof

    assert [noted.code for noted in proof.noted] == ["checksum-mismatch"]


def test_no_server_is_made_for_what_has_no_room(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    monkeypatch.setattr("functions.verify.drill.throwaway", lambda *given: made.append(given))

    proof = drill(manifest, means(drilled_bucket, programs, drills, free=lambda: 0)).proof

    assert (proof.reached, [noted.code for noted in proof.noted]) == ("decoded", ["too-big-to-drill"])
    assert made == []


def test_the_owners_server_is_not_asked_before_the_backup_is_known_to_be_whole(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def url() -> str:
        asked.append("url")
        return "postgresql://nobody@127.0.0.1:1/postgres"

    reading(monkeypatch, raises=DAMAGED)

    proof = drill(
        manifest, means(drilled_bucket, programs, drills, own_server=OwnServer(url, "", lambda _: False))
    ).proof

    assert [noted.code for noted in proof.noted] == ["checksum-mismatch"]
    assert asked == []


def test_a_backup_is_decoded_while_it_is_restored(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2, timeout=30)

    def together(step: Callable[..., Any]) -> Callable[..., Any]:
        def begun(*arguments: Any) -> Any:
            both.wait()
            return step(*arguments)

        return begun

    for step in (decode, restore):
        monkeypatch.setattr(f"functions.verify.bringing.{step.__name__}", together(step))

    proof = drill(manifest, means(drilled_bucket, programs, drills)).proof

    assert (proof.reached, proof.noted) == ("equal", ())
    assert [step.level for step in proof.steps] == ["present", "checksums", "decoded", "restored", "equal"]


@pytest.mark.parametrize("restored", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_what_cannot_be_decoded_is_told_whatever_came_of_restoring_it(
    restored: bool,
    manifest: Manifest,
    drilled_bucket: Bucket,
    programs: Path,
    drills: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()

    def undecodable(*_: Any) -> Any:
        assert over.wait(30)
        raise Damaged("unreadable", "database.dump is as it was stored, and cannot be decoded")

    def tried(*arguments: Any) -> Any:
        try:
            if not restored:
                raise Unexplained("pg_restore ended with 1: unexpected end of file")
            return restore(*arguments)
        finally:
            over.set()

    monkeypatch.setattr("functions.verify.bringing.decode", undecodable)
    monkeypatch.setattr("functions.verify.bringing.restore", tried)

    proof = drill(manifest, means(drilled_bucket, programs, drills)).proof

    assert (proof.reached, [noted.code for noted in proof.noted]) == ("checksums", ["unreadable"])
    assert nothing_is_left(drills)


def nothing_is_left(folder: Path) -> bool:
    """Whether no file is left, and no process."""
    assert list(folder.iterdir()) == []
    return are_gone(folder)
