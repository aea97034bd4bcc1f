"""Backups on the local AWS, with the functions' own artifacts, a real PostgreSQL and the command as people run it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from caretaker.archive.entries import entries
from caretaker.archive.objects import Bucket
from caretaker.core.store import leases
from caretaker.core.store.table import Table
from caretaker.local.aws import LocalAws
from tests.command import command
from tests.conftest import StartLocalAws
from tests.databases import run
from tests.postgres import PASSWORD, PostgresServer, postgres_server

CONFIGURATION = """
environment: production
backup:
  databases:
    - {name: main, url: "${ssm:caretaker/production/backup/main}"}
    - {name: broken, url: "${ssm:caretaker/production/backup/broken}"}
alerts:
  channels: [{name: email, sns: AlertTopic}]
  routes: {critical: [email], high: [email]}
"""


@dataclass
class Stack:
    """The deployed stack, and a database of it."""

    aws: LocalAws
    server: PostgresServer

    @property
    def bucket(self) -> Bucket:
        """The bucket of the backups."""
        return Bucket(self.aws.client("s3"), self.aws.variables("backup")["CARETAKER_BUCKET"])


@pytest.fixture(scope="module")
def stack(local_aws: StartLocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    config = tmp_path_factory.mktemp("backup") / "caretaker.yaml"
    config.write_text(CONFIGURATION, "utf-8")
    with postgres_server(18) as server:
        run(server, "postgres", "create table orders as select n from generate_series(1, 500) n")
        aws = local_aws(config)
        for name, url in (("main", server.url()), ("broken", server.url(password="wr0ng-word"))):
            aws.client("ssm").put_parameter(Name=f"/caretaker/production/backup/{name}", Value=url, Type="SecureString")
        yield Stack(aws, server)


def test_a_backup_by_hand_prints_its_receipt_and_is_listed(stack: Stack) -> None:
    made = command(stack.aws, "backup", "main", "--reason", "before the migration", "--json")

    assert made.returncode == 0, made.stderr
    receipt = json.loads(made.stdout)["receipt"]
    assert receipt["reason"] == "before the migration"

    listed = command(stack.aws, "backups")
    assert listed.returncode == 0, listed.stderr
    assert receipt["id"] in listed.stdout
    assert max(map(len, listed.stdout.splitlines())) <= 80

    stack.aws.drain()
    [proof] = [one.proof for one in entries(stack.bucket, "main").entries]
    assert proof is not None, "a new manifest starts its drill"
    assert (proof.reached, proof.noted) == ("equal", ())

    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    assert stack.aws.invoke("verify", {"scheduled_at": at}).payload["told"] == ["opened freshness/broken"]


def test_a_backup_that_fails_says_why_and_people_are_told(stack: Stack) -> None:
    failed = command(stack.aws, "backup", "broken", "--reason", "to see it fail")

    assert failed.returncode == 1
    assert "auth-failed: " in failed.stderr
    assert "No backup was made." in failed.stderr
    stack.aws.drain()
    assert "CRITICAL: the backup of broken has failed [production]" in [one.subject for one in stack.aws.published()]
    everything = repr([failed, stack.aws.published(), stack.aws.logs("backup")])
    assert PASSWORD not in everything
    assert "wr0ng-word" not in everything


def test_whoever_asks_while_another_backup_is_made_is_told_to_wait_for_it(stack: Stack) -> None:
    database = stack.aws.client("dynamodb")
    [name] = database.list_tables()["TableNames"]
    now = datetime.now(UTC)
    until = now + timedelta(minutes=5)
    held = leases.take(Table(database, name), "backup/main", "the daily backup of now", now=now, until=until)
    try:
        asked = command(stack.aws, "backup", "main", "--reason", "in a hurry")
    finally:
        leases.give_back(Table(database, name), held)

    assert asked.returncode == 1
    assert "the daily backup of now is under way, until" in asked.stderr
    assert "wait for it, it is as good as this one." in asked.stderr


def test_a_database_that_is_not_configured_is_refused_in_a_sentence(stack: Stack) -> None:
    refused = command(stack.aws, "backup", "mian", "--reason", "a slip")

    assert refused.returncode == 2
    assert "there is no database 'mian'; caretaker.yaml has: main, broken" in refused.stderr
    assert "Traceback" not in refused.stderr
