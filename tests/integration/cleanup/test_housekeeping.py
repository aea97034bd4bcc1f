"""What a cleanup does beside backups: log groups without a retention, timelines that are a year old."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from caretaker.archive.identity import MANIFEST, BackupId
from caretaker.archive.unfinished import drill_of
from caretaker.core.looking.settling import settle
from caretaker.core.results import Finding, Severity, judge
from caretaker.core.store import changes, leases, states
from caretaker.core.store.table import Table
from functions.cleanup.forgetting import forget
from functions.cleanup.log_groups import limit_again
from tests.clients import client_at
from tests.integration.cleanup.cleaning_up import World

BEGAN = datetime(2025, 3, 1, 12, tzinfo=UTC)
BAD = Finding("never", Severity.CRITICAL, "there is no backup", "Make one.")


@pytest.fixture
def logs(moto_endpoint: str) -> Iterator[Any]:
    client = client_at("logs", moto_endpoint)
    names = ("stack-Uptime", "stack-Uptime-of-another", "stack-Backup")
    for name in names:
        client.create_log_group(logGroupName=name)
    yield client
    for name in names:
        client.delete_log_group(logGroupName=name)


def retention(client: Any) -> dict[str, int | None]:
    found = client.describe_log_groups(logGroupNamePrefix="stack-")["logGroups"]
    return {group["logGroupName"]: group.get("retentionInDays") for group in found}


def test_a_log_group_without_a_retention_gets_it_again_and_others_are_left_alone(logs: Any) -> None:
    logs.put_retention_policy(logGroupName="stack-Backup", retentionInDays=365)  # as somebody wanted it

    assert limit_again(logs, ["stack-Uptime", "stack-Backup", "stack-Gone"], 30) == ["stack-Uptime"]

    assert retention(logs) == {"stack-Uptime": 30, "stack-Uptime-of-another": None, "stack-Backup": 365}
    assert limit_again(logs, ["stack-Uptime", "stack-Backup"], 30) == []


def drilled(world: World, backup: BackupId, until: timedelta) -> leases.Lease:
    """Let a drill of a backup begin that does not give its lease back."""
    now = world.now
    return leases.take(world.table, drill_of(backup.text), "a drill", now=now - timedelta(hours=1), until=now + until)


def test_what_a_killed_drill_has_left_goes_with_its_backup(world: World) -> None:
    kept, *_ = world.days_ago(1, 2, 3, 31)
    [expires] = world.days_ago(60)
    deleted = by_hand(world)
    left = drilled(world, kept, -timedelta(minutes=1))
    for backup in (expires, deleted):
        drilled(world, backup, -timedelta(minutes=1))

    world.run()

    assert leases.abandoned(world.table, (drill_of(each.text) for each in (kept, expires, deleted)), world.now) == [
        left
    ]


def test_a_drill_that_is_under_way_keeps_its_lease_although_its_backup_goes(world: World) -> None:
    world.days_ago(1, 2, 3, 31)
    [expires] = world.days_ago(60)
    lease = drilled(world, expires, timedelta(minutes=5))

    world.run()

    assert leases.holder(world.table, drill_of(expires.text), world.now) == lease


def by_hand(world: World) -> BackupId:
    """Return a backup whose manifest somebody has deleted."""
    [backup] = world.days_ago(5)
    world.bucket.client.delete_object(Bucket=world.bucket.name, Key=backup.key(MANIFEST))
    return backup


def happen(table: Table, check: str, at: datetime, *findings: Finding) -> None:
    """Write down what became of a check."""
    result = judge(check, findings, observed_at=at, healthy="fine")
    came_to = settle([result], states.load(table, "backup").states, {"backup/old", "backup/open"}, at=at)
    changes.commit(
        table, changes.Run("test", "backup", at, lambda: at, lambda _: None), came_to.decisions, came_to.again
    )


def timelines(table: Table) -> list[str]:
    items = table.client.scan(TableName=table.name)["Items"]
    return sorted({item["pk"]["S"] for item in items if item["pk"]["S"].startswith("INCIDENT#")})


def test_the_timeline_of_what_ended_a_year_ago_goes_and_that_of_what_is_open_stays(table: Table) -> None:
    happen(table, "backup/old", BEGAN, BAD)
    happen(table, "backup/old", BEGAN + timedelta(hours=1))
    happen(table, "backup/open", BEGAN, BAD)
    assert len(timelines(table)) == 2

    assert forget(table, BEGAN + timedelta(days=390)) == 0
    assert forget(table, BEGAN + timedelta(days=391)) == 2

    incident = states.reload(table, ["backup/open"])["backup/open"].incident
    assert incident is not None
    assert timelines(table) == [f"INCIDENT#{incident.id}"]
