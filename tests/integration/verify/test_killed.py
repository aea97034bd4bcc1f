"""A drill whose function was killed is told of once by the hourly run, and its lease does not stay for ever."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.proof import Level
from caretaker.archive.proof_file import encode, proof_key
from caretaker.archive.unfinished import drill_of
from caretaker.core.config import Promise, PromisesConfig
from caretaker.core.store import leases
from caretaker.core.store.table import OUTBOX, Table
from functions.verify.run import Tools, run
from tests.backups import manifest
from tests.integration.verify.conftest import store
from tests.proofs import proof

AT = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def backup(emptied_bucket: Bucket) -> Manifest:
    made = manifest(AT - HOUR)
    store(emptied_bucket, made)
    return made


def judged(table: Table, bucket: Bucket, at: datetime = AT, databases: tuple[str, ...] = ("main",)) -> None:
    config = PromisesConfig("production", tuple(Promise(name, 26 * 3600, 3600) for name in databases))
    run(at, Tools(table, bucket, config, lambda: at, lambda: 0.0, lambda _: None, lambda _: {}))


def told(table: Table) -> list[tuple[str, str, list[str]]]:
    members = [one for item in table.query(OUTBOX) for one in json.loads(item["members"]["S"])]
    return [(one["kind"], one["check"], [finding["code"] for finding in one["findings"]]) for one in members]


def killed(table: Table, backup: Manifest, ago: timedelta = timedelta(minutes=30)) -> leases.Lease:
    began = AT - ago
    until = began + timedelta(minutes=17)
    return leases.take(table, drill_of(backup.id.text), "the drill of that night", now=began, until=until)


def proven(bucket: Bucket, backup: Manifest, at: datetime, reached: Level = "equal", *codes: str) -> None:
    made = proof(backup.id, reached, *codes, at=at)
    bucket.put(proof_key(backup.id, at), encode(made), if_absent=True, content_type="application/json")


def test_a_killed_drill_is_told_of_once(table: Table, emptied_bucket: Bucket, backup: Manifest) -> None:
    killed(table, backup)

    judged(table, emptied_bucket)
    judged(table, emptied_bucket, AT + HOUR)

    assert told(table) == [("opened", "verify/main", ["drill-unavailable"])]
    [item] = table.query(OUTBOX)
    assert f"{backup.id.text} (the drill of that night)" in item["members"]["S"]


def test_a_drill_that_is_under_way_is_nothing_to_speak_of(
    table: Table, emptied_bucket: Bucket, backup: Manifest
) -> None:
    killed(table, backup, timedelta(minutes=5))

    judged(table, emptied_bucket)

    assert told(table) == []


def test_the_next_drill_resolves_it(table: Table, emptied_bucket: Bucket, backup: Manifest) -> None:
    left = killed(table, backup)
    judged(table, emptied_bucket)
    leases.give_back(table, left)
    proven(emptied_bucket, backup, AT)

    judged(table, emptied_bucket, AT + HOUR)

    assert [(kind, check) for kind, check, _ in told(table)] == [("opened", "verify/main"), ("resolved", "verify/main")]


def test_a_drill_of_another_backup_does_not_hide_it(table: Table, emptied_bucket: Bucket, backup: Manifest) -> None:
    killed(table, backup)
    judged(table, emptied_bucket)
    newer = manifest(AT)
    store(emptied_bucket, newer)
    proven(emptied_bucket, newer, AT)

    judged(table, emptied_bucket, AT + HOUR)

    assert [kind for kind, _, _ in told(table)] == ["opened"]


def test_the_lease_of_a_backup_that_is_proven_is_let_go(table: Table, emptied_bucket: Bucket, backup: Manifest) -> None:
    proven(emptied_bucket, backup, AT - timedelta(minutes=50))
    killed(table, backup)

    judged(table, emptied_bucket)

    assert told(table) == []
    assert leases.abandoned(table, [drill_of(backup.id.text)], AT) == []


def test_a_database_that_left_the_configuration_takes_its_killed_drill_along(
    table: Table, emptied_bucket: Bucket, backup: Manifest
) -> None:
    killed(table, backup)
    judged(table, emptied_bucket)

    judged(table, emptied_bucket, AT + HOUR, databases=())

    assert ("unwatched", "verify/main") in [(kind, check) for kind, check, _ in told(table)]
