"""Freshness is judged from manifests alone, and backups that were killed are reported."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from caretaker.archive.manifest import Manifest
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import Bucket
from caretaker.core.config import Promise, PromisesConfig
from caretaker.core.looking.reporting import Ran
from caretaker.core.looking.settling import settle
from caretaker.core.results import Status, judge
from caretaker.core.store import changes, history, leases, states
from caretaker.core.store.table import OUTBOX, Table
from functions.verify.run import Tools, judge_again, run
from tests.backups import manifest
from tests.buckets import s3_at
from tests.faults import Faults, unreachable
from tests.integration.verify.conftest import store

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture
def bucket(emptied_bucket: Bucket) -> Bucket:
    return emptied_bucket


def judged(table: Table, bucket: Bucket, at: datetime = AT, databases: tuple[str, ...] = ("main",)) -> Ran:
    return run(at, tools_at(at, table, bucket, databases))


def tools_at(at: datetime, table: Table, bucket: Bucket, databases: tuple[str, ...]) -> Tools:
    config = PromisesConfig("production", tuple(Promise(name, 26 * 3600, 3600) for name in databases))
    return Tools(table, bucket, config, lambda: at, lambda: 0.0, lambda _: None, lambda _: {})


def told(table: Table) -> list[tuple[str, str, list[str]]]:
    members = [one for item in table.query(OUTBOX) for one in json.loads(item["members"]["S"])]
    found = [(one["kind"], one["check"], [finding["code"] for finding in one["findings"]]) for one in members]
    return [one for one in found if not one[1].startswith("verify/")]  # what proofs say has tests of its own


def leave_a_lease(table: Table, at: datetime) -> None:
    leases.take(table, "backup/main", "the daily backup of that night", now=at, until=at + timedelta(minutes=17))


def test_a_database_without_a_backup_alarms_once(table: Table, bucket: Bucket) -> None:
    judged(table, bucket)
    judged(table, bucket, AT + timedelta(hours=1))

    assert told(table) == [("opened", "freshness/main", ["never"])]


def test_a_backup_that_is_too_old_alarms_and_a_fresh_one_resolves_it(table: Table, bucket: Bucket) -> None:
    store(bucket, manifest(AT - timedelta(hours=40)))
    judged(table, bucket)
    store(bucket, manifest(AT))
    judged(table, bucket, AT + timedelta(hours=1))

    assert told(table) == [("opened", "freshness/main", ["too-old"]), ("resolved", "freshness/main", [])]


def test_a_fresh_backup_tells_nobody(table: Table, bucket: Bucket) -> None:
    store(bucket, manifest(AT - timedelta(hours=20)))

    [result, _] = judged(table, bucket).results

    assert result.status is Status.OK
    assert told(table) == []


def test_what_cannot_be_looked_at_is_unknown_and_tells_nobody(table: Table, bucket: Bucket) -> None:
    client = s3_at(bucket.client.meta.endpoint_url)
    Faults(0, error=unreachable).watch(client)

    [result, _] = judged(table, Bucket(client, bucket.name)).results

    assert result.status is Status.UNKNOWN
    assert told(table) == []


@pytest.mark.parametrize("databases", [(), ("other",)])
def test_a_database_that_left_the_configuration_is_unwatched(
    table: Table, bucket: Bucket, databases: tuple[str, ...]
) -> None:
    store(bucket, replace_database(manifest(AT), "other"))
    leave_a_lease(table, AT - timedelta(hours=1))
    judged(table, bucket, databases=("main", "other"))
    judged(table, bucket, AT + timedelta(hours=1), databases)

    ended = [check for kind, check, _ in told(table) if kind == "unwatched"]
    assert sorted(ended) == ["backup/main", "freshness/main"]


def test_a_fresh_backup_ends_the_alarm_with_its_drill_and_not_an_hour_later(table: Table, bucket: Bucket) -> None:
    judged(table, bucket, databases=("main", "other"))
    store(bucket, manifest(AT))
    tools = tools_at(AT + timedelta(minutes=1), table, bucket, ("main", "other"))

    judge_again(tools.config.databases[0], AT + timedelta(minutes=1), tools)

    missing = [("opened", f"freshness/{name}", ["never"]) for name in ("main", "other")]
    assert told(table) == [*missing, ("resolved", "freshness/main", [])]


def test_a_drill_that_ends_in_the_second_of_the_hourly_run_takes_nothing_from_its_history(
    table: Table, bucket: Bucket
) -> None:
    tools = tools_at(AT, table, bucket, ("main", "other"))
    judge_again(tools.config.databases[0], AT, tools)
    run(AT, tools)

    [seen] = history.runs(table, "verify", AT, AT, AT + timedelta(seconds=1))
    assert {row.name for row in seen.rows} == {"main", "other"}


def replace_database(made: Manifest, database: str) -> Manifest:
    return replace(made, id=replace(made.id, database=database))


def test_a_backup_that_was_killed_is_told_of_once(table: Table, bucket: Bucket) -> None:
    store(bucket, manifest(AT - timedelta(hours=20)))
    leave_a_lease(table, AT - timedelta(minutes=30))
    judged(table, bucket)
    judged(table, bucket, AT + timedelta(hours=1))

    assert told(table) == [("opened", "backup/main", ["dump-failed"])]


def test_the_next_good_backup_resolves_what_a_killed_one_opened(table: Table, bucket: Bucket) -> None:
    store(bucket, manifest(AT - timedelta(hours=20)))
    leave_a_lease(table, AT - timedelta(minutes=30))
    judged(table, bucket)

    later = AT + timedelta(minutes=20)
    good = settle(
        [judge("backup/main", [], observed_at=later, healthy="fine")],
        states.load(table, "backup").states,
        {"backup/main"},
        at=later,
    )
    changes.commit(
        table, changes.Run("test", "backup", later, lambda: later, lambda _: None), good.decisions, good.again
    )

    assert [kind for kind, _, _ in told(table)] == ["opened", "resolved"]


def test_a_lease_that_is_held_is_no_killed_backup(table: Table, bucket: Bucket) -> None:
    store(bucket, manifest(AT - timedelta(hours=20)))
    leave_a_lease(table, AT - timedelta(minutes=5))

    judged(table, bucket)

    assert told(table) == []


@pytest.mark.parametrize("damage", ["cut", "newer", "empty", "elsewhere"])
def test_a_manifest_that_cannot_be_believed_is_no_backup(table: Table, bucket: Bucket, damage: str) -> None:
    made = manifest(AT - timedelta(hours=2))
    body = encode(made)
    damaged = {
        "cut": body[: len(body) // 2],
        "newer": json.dumps({**json.loads(body), "schema_version": 99}).encode(),
        "empty": b"",
        "elsewhere": encode(replace_database(made, "other")),
    }
    store(bucket, made, damaged[damage])

    judged(table, bucket)

    assert told(table) == [("opened", "freshness/main", ["never"])]


@pytest.mark.parametrize(("hours", "measured"), [((40, 20), 20.0), ((40,), 40.0), ((), 10_000.0)])
def test_the_age_of_the_newest_backup_is_measured(
    table: Table, bucket: Bucket, capsys: pytest.CaptureFixture[str], hours: tuple[int, ...], measured: float
) -> None:
    for each in hours:
        then = AT - timedelta(hours=each)
        store(bucket, manifest(then, began_at=then, dumped_at=then))

    judged(table, bucket)

    assert ages(capsys) == [measured]


def test_the_age_that_is_measured_is_the_worst_databases(
    table: Table, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    store(bucket, manifest(AT - timedelta(hours=1)))

    judged(table, bucket, databases=("main", "other"))

    assert ages(capsys) == [10_000.0]


def test_without_databases_there_is_nothing_that_could_be_old(
    table: Table, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    judged(table, bucket, databases=())

    assert ages(capsys) == [0.0]


def test_an_age_that_is_not_known_is_not_measured(
    table: Table, bucket: Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    client = s3_at(bucket.client.meta.endpoint_url)
    Faults(0, error=unreachable).watch(client)

    judged(table, Bucket(client, bucket.name))

    assert ages(capsys) == []


def ages(capsys: pytest.CaptureFixture[str]) -> list[float]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return [line["BackupAge"] for line in lines if "BackupAge" in line]
