"""A drill claims no more than it did: what it cannot do is said, and says nothing against the backup."""

import errno
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import pytest

from caretaker.archive.deadline import Deadline
from caretaker.archive.manifest import Manifest, StoredObject
from caretaker.archive.objects import Bucket
from caretaker.archive.proof import Proof
from functions.verify.decoding import decode, fetch
from functions.verify.drill import drill
from functions.verify.equality import find_differences
from functions.verify.means import Means
from functions.verify.restoring import restore
from tests.backed_up import back_up
from tests.databases import make
from tests.integration.verify.conftest import means
from tests.postgres import PostgresServer


@pytest.fixture(scope="module")
def manifest(drilled_bucket: Bucket, postgres_18: PostgresServer, programs: Path) -> Manifest:
    return back_up(
        drilled_bucket,
        postgres_18,
        make(
            postgres_18,
            "create extension ltree",
            "create table paths (path ltree)",
            "create table users (id int primary key)",
            "create table orders (id int, user_id int references users)",
            "insert into users values (1)",
            "insert into orders select n, 1 from generate_series(1, 300) n",
            "create function loud() returns event_trigger language plpgsql as $$begin end$$",
            "create event trigger loud on ddl_command_end execute function loud()",
        ),
        programs,
    )


def drilled(manifest: Manifest, bucket: Bucket, programs: Path, folder: Path, **changes: Any) -> Proof:
    proof = drill(manifest, means(bucket, programs, folder, **changes)).proof
    assert list(folder.iterdir()) == []
    assert not proof.is_damaged
    return proof


def codes(proof: Proof) -> list[str]:
    return [noted.code for noted in proof.noted]


@pytest.fixture
def without_ltree(programs: Path) -> Iterator[Path]:
    """The programs of a server that does not have the extension."""
    with TemporaryDirectory(prefix="programs-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        copy = Path(folder) / "programs"
        shutil.copytree(programs, copy, symlinks=True)
        for found in copy.glob("18/share/**/ltree*"):
            found.unlink()
        yield copy


def test_tables_of_an_extension_that_is_missing_are_set_aside_and_counted(
    manifest: Manifest, drilled_bucket: Bucket, without_ltree: Path, drills: Path
) -> None:
    proof = drilled(manifest, drilled_bucket, without_ltree, drills)

    assert (proof.reached, proof.compared, proof.tables) == ("equal", 2, 3)
    assert codes(proof) == ["missing-extension"]
    assert proof.noted[0].message == "2 of 3 tables compared; ltree missing"
    assert "ltree" in proof.set_aside
    assert proof.is_good


def test_what_only_a_superuser_may_make_is_set_aside_by_name(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    proof = drilled(manifest, drilled_bucket, programs, drills)

    assert (proof.reached, codes(proof)) == ("equal", [])
    assert proof.set_aside == ("event trigger loud",)
    assert proof.is_good


@pytest.mark.parametrize(("free", "reached"), [(1_000_200_000, "equal"), (900_000_000, "decoded")])
def test_without_room_for_everything_a_database_is_restored_from_the_bucket_or_decoded(
    free: int, reached: str, manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    proof = drilled(manifest, drilled_bucket, programs, drills, free=lambda: free)

    assert proof.reached == reached
    assert codes(proof) == ([] if reached == "equal" else ["too-big-to-drill"])
    assert proof.is_good


def test_a_database_that_would_take_too_long_is_decoded(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    proof = drilled(manifest, drilled_bucket, programs, drills, pace=1.0)

    assert (proof.reached, codes(proof)) == ("decoded", ["too-big-to-drill"])


def test_a_server_that_cannot_start_leaves_the_proof_at_decoded(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.verify.throwaway.settings", lambda _memory: {"shared_memory_type": "unknown"})

    proof = drilled(manifest, drilled_bucket, programs, drills)

    assert (proof.reached, codes(proof)) == ("decoded", ["drill-unavailable"])
    assert "shared_memory_type" in proof.noted[0].message


def test_a_disk_that_turns_out_to_be_full_leaves_the_proof_at_decoded(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_manifest: Manifest, _dump: StoredObject, _means: Means, file: Path) -> None:
        file.write_bytes(b"x")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("functions.verify.bringing.fetch", full)

    proof = drilled(manifest, drilled_bucket, programs, drills)

    assert (proof.reached, codes(proof)) == ("decoded", ["too-big-to-drill"])
    assert "No space left on device" in proof.noted[0].message


def test_a_server_that_is_killed_in_the_middle_says_nothing_against_the_backup(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: Any) -> Any:
        [number] = drills.glob("caretaker-drill-*/server/data/postmaster.pid")
        os.kill(int(number.read_text().splitlines()[0]), signal.SIGKILL)
        return restore(*arguments)

    monkeypatch.setattr("functions.verify.bringing.restore", killed)

    proof = drilled(manifest, drilled_bucket, programs, drills)

    assert (proof.reached, codes(proof)) == ("decoded", ["drill-unavailable"])


@pytest.mark.parametrize(
    ("step", "reached"),
    [
        pytest.param(fetch, "present", marks=pytest.mark.slow),
        pytest.param(decode, "checksums", marks=pytest.mark.slow),
        (restore, "decoded"),
        pytest.param(find_differences, "restored", marks=pytest.mark.slow),
    ],
)
def test_the_end_of_the_time_is_no_word_against_the_backup(
    step: Callable[..., Any],
    reached: str,
    manifest: Manifest,
    drilled_bucket: Bucket,
    programs: Path,
    drills: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, is_decoded = 0.0, Event()

    def decoded(*arguments: Any) -> Any:
        archive = decode(*arguments)
        is_decoded.set()
        return archive

    def late(*arguments: Any) -> Any:
        nonlocal now
        assert step is not restore or is_decoded.wait(30)  # which goes on at the same time
        now = 100.0
        return step(*arguments)

    monkeypatch.setattr("functions.verify.bringing.decode", decoded)
    monkeypatch.setattr(f"functions.verify.bringing.{step.__name__}", late)

    proof = drilled(manifest, drilled_bucket, programs, drills, deadline=Deadline(90.0, lambda: now))

    assert (proof.reached, codes(proof)) == (reached, ["too-big-to-drill"])


def test_a_manifest_from_a_server_that_nobody_knows_is_unreadable(
    manifest: Manifest, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    edited = replace(manifest, server=replace(manifest.server, version="the newest"))

    proof = drill(edited, means(drilled_bucket, programs, drills)).proof

    assert codes(proof) == ["unreadable"]
