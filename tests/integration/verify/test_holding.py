"""A drill is held by one at a time, and once for each event; what it found is recorded, and its lease given back."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from caretaker.archive.entries import Entry, entries
from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest import Manifest
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.core.config import Promise, PromisesConfig
from caretaker.core.store import leases, requests, states
from caretaker.core.store.table import Table
from functions.verify.drilling import Held, NothingToDrill, Place, hold, refused
from functions.verify.event import OneDrill
from functions.verify.run import Tools
from tests.backups import manifest
from tests.clients import client_like
from tests.faults import Faults, unreachable
from tests.integration.verify.conftest import store

BACKED_UP = datetime(2026, 11, 21, 2, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 3, 0, 5, 250_000, tzinfo=UTC)
ASKED = OneDrill(NOW - timedelta(seconds=5), "main", request="r-1")


@pytest.fixture
def backup(emptied_bucket: Bucket) -> Manifest:
    """A backup of which nothing but the manifest is there: its drill is short, and finds that out."""
    made = manifest(BACKED_UP)
    store(emptied_bucket, made)
    return made


def tools(table: Table, bucket: Bucket, at: datetime = NOW) -> Tools:
    config = PromisesConfig("production", (Promise("main", 26 * 3600, 3600),))
    return Tools(table, bucket, config, lambda: at, lambda: 0.0, lambda _: None, lambda _: {})


def held(asked: OneDrill, known: Tools, folder: Path) -> Held:
    return hold(asked, 870.0, Place(folder / "no-programs", folder, 10**9, lambda: 10**12), known)


def proofs(bucket: Bucket) -> list[Entry]:
    return [entry for entry in entries(bucket, "main").entries if entry.proof]


def lease_of(backup: Manifest) -> str:
    return f"drill/{backup.id.text}"


def is_free(table: Table, backup: Manifest) -> bool:
    name = lease_of(backup)
    return leases.holder(table, name, NOW) is None and leases.abandoned(table, [name], NOW + timedelta(days=1)) == []


def told(table: Table, request: str = "r-1") -> requests.Progress:
    progress = requests.look_up(table, request)
    assert progress
    return progress


def test_a_drill_is_recorded_and_told_and_the_database_is_judged_by_it(
    table: Table, emptied_bucket: Bucket, backup: Manifest, tmp_path: Path
) -> None:
    drilled = held(ASKED, tools(table, emptied_bucket), tmp_path)

    [entry] = proofs(emptied_bucket)
    assert entry.proof == drilled.proof
    assert told(table).stage == "failed", "objects are missing"
    assert told(table).details["key"].startswith(backup.id.key("verified/"))
    incident = states.load(table, "verify").states["verify/main"].incident
    assert incident is not None
    assert "missing-object" in incident.codes
    assert is_free(table, backup)


def test_the_same_event_twice_drills_once_and_says_why(
    table: Table, emptied_bucket: Bucket, backup: Manifest, tmp_path: Path
) -> None:
    held(ASKED, tools(table, emptied_bucket), tmp_path)

    again = held(replace(ASKED, request=""), tools(table, emptied_bucket, NOW + timedelta(minutes=1)), tmp_path)

    assert (again.proof, again.silent) == (None, f"{backup.id.text} has been drilled since then")
    assert len(list(emptied_bucket.keys(backup.id.key("verified/")))) == 1
    assert is_free(table, backup)


def test_who_asks_later_has_it_drilled_again(
    table: Table, emptied_bucket: Bucket, backup: Manifest, tmp_path: Path
) -> None:
    later = NOW + timedelta(hours=1)
    held(ASKED, tools(table, emptied_bucket), tmp_path)

    assert held(replace(ASKED, at=later), tools(table, emptied_bucket, later), tmp_path).proof
    assert len(list(emptied_bucket.keys(backup.id.key("verified/")))) == 2


def test_another_drill_of_the_backup_that_is_under_way_is_named_and_left_alone(
    table: Table, emptied_bucket: Bucket, backup: Manifest, tmp_path: Path
) -> None:
    until = NOW.replace(microsecond=0) + timedelta(minutes=10)
    other = leases.take(table, lease_of(backup), "the drill of 2026-11-21T03:00:00Z", now=NOW, until=until)

    silent = held(ASKED, tools(table, emptied_bucket), tmp_path).silent

    assert silent == "the drill of 2026-11-21T03:00:00Z is under way, until 2026-11-21T03:10:05Z at most"
    assert told(table) == requests.Progress("failed", {"refused": silent})
    assert leases.holder(table, lease_of(backup), NOW) == other
    assert proofs(emptied_bucket) == []


def test_drills_of_two_backups_do_not_wait_for_each_other(
    table: Table, emptied_bucket: Bucket, backup: Manifest, tmp_path: Path
) -> None:
    other = manifest(BACKED_UP - timedelta(days=1))
    store(emptied_bucket, other)
    leases.take(table, lease_of(other), "another", now=NOW, until=NOW + timedelta(minutes=10))

    assert held(ASKED, tools(table, emptied_bucket), tmp_path).proof


def test_the_lease_outlives_the_time_that_the_drill_has(
    table: Table, emptied_bucket: Bucket, backup: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[leases.Lease | None] = []

    def looking(*_: Any) -> Any:
        seen.append(leases.holder(table, lease_of(backup), NOW))
        raise StorageFailed("enough")

    monkeypatch.setattr("functions.verify.drilling.drill", looking)
    with pytest.raises(StorageFailed):
        held(ASKED, tools(table, emptied_bucket), tmp_path)

    [lease] = seen
    assert lease
    assert lease.until >= (NOW + timedelta(seconds=870 + 60)).replace(microsecond=0)
    assert is_free(table, backup), "given back, although the drill failed"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (replace(ASKED, database="mian"), "there is no database 'mian'; caretaker.yaml has: main"),
        (
            replace(ASKED, backup="20261101T020000Z-daily-0000"),
            "there is no backup 20261101T020000Z-daily-0000 of main",
        ),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(
    asked: OneDrill, said: str, table: Table, emptied_bucket: Bucket, backup: Manifest, tmp_path: Path
) -> None:
    with pytest.raises(NothingToDrill, match=said):
        held(asked, tools(table, emptied_bucket), tmp_path)


def test_a_database_without_a_backup_has_nothing_to_drill(table: Table, emptied_bucket: Bucket, tmp_path: Path) -> None:
    with pytest.raises(NothingToDrill, match="there is no backup of main"):
        held(ASKED, tools(table, emptied_bucket), tmp_path)


def test_a_refusal_reaches_whoever_waits_for_it_and_a_table_that_is_gone_hides_nothing(
    table: Table, emptied_bucket: Bucket
) -> None:
    assert refused(ASKED, "because", tools(table, emptied_bucket)) == Held(silent="because")
    assert told(table) == requests.Progress("failed", {"refused": "because"})

    broken = Table(client_like(table), table.name)
    Faults(0, error=unreachable).watch(broken.client)
    assert refused(ASKED, "because", tools(broken, emptied_bucket)) == Held(silent="because")


def test_a_manifest_from_a_newer_version_is_refused_with_the_reason(
    table: Table, emptied_bucket: Bucket, tmp_path: Path
) -> None:
    made = manifest(BACKED_UP)
    store(emptied_bucket, made, json.dumps({**json.loads(encode(made)), "schema_version": 99}).encode())

    with pytest.raises(NothingToDrill, match=r"manifest\.json cannot be read: .*newer") as refusal:
        held(replace(ASKED, backup=made.id.text), tools(table, emptied_bucket), tmp_path)

    assert made.id.key(MANIFEST) in str(refusal.value)
    assert is_free(table, made)
    assert list(emptied_bucket.keys(made.id.key("verified/"))) == []
