"""Backups on the local AWS, with the functions' own artifacts, a real PostgreSQL and the command as people run it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caretaker.archive.entries import entries
from caretaker.archive.objects import Bucket
from caretaker.archive.proof import LEVELS
from caretaker.core.store import leases
from caretaker.core.store.table import Table
from caretaker.local.aws import LocalAws
from tests.command import command
from tests.conftest import StartLocalAws
from tests.databases import run
from tests.postgres import PASSWORD, PostgresServer, postgres_server
from tests.template.github import allowed_to_run

CONFIGURATION = """
environment: production
backup:
  databases:
    - {name: main, url: "${ssm:caretaker/production/backup/main}", rpo: 30h, rto: 2h}
    - {name: broken, url: "${ssm:caretaker/production/backup/broken}"}
alerts:
  channels: [{name: email, sns: AlertTopic}]
  routes: {critical: [email], high: [email]}
"""


@dataclass
class Stack:
    """The deployed stack, its configuration, and a database of it."""

    aws: LocalAws
    config: Path
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
        run(
            server,
            "postgres",
            "create table orders as select n from generate_series(1, 500) n",
            "create collation german (provider = libc, locale = 'C')",
            # The server has no ICU, as the drill's has none: the dump says that there was.
            "update pg_collation set collprovider = 'i', colllocale = 'de', collencoding = -1, collcollate = null, "
            "collctype = null where collname = 'german'",
        )
        aws = local_aws(config)
        for name, url in (("main", server.url()), ("broken", server.url(password="wr0ng-word"))):
            aws.client("ssm").put_parameter(Name=f"/caretaker/production/backup/{name}", Value=url, Type="SecureString")
        yield Stack(aws, config, server)


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


def test_what_can_be_restored_is_shown_beside_what_was_promised(stack: Stack) -> None:
    [newest, *_] = entries(stack.bucket, "main").entries
    config = ("--config", str(stack.config))

    shown = command(stack.aws, "status", *config)

    assert shown.returncode == 1, "broken has no backup"
    up_to = f"{newest.manifest.as_of:%d %b %H:%M}"
    assert re.search(rf"^main +{up_to} +equal +\d+ \w+ +30 h +\S.* +2 h *$", shown.stdout, re.MULTILINE), shown.stdout
    assert re.search(r"^broken +nothing +– +– +26 h +– +4 h *$", shown.stdout, re.MULTILINE), shown.stdout
    assert re.search(r"^main +proof +ok ", shown.stdout, re.MULTILINE), shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80

    broken, main = json.loads(command(stack.aws, "status", "--json", *config).stdout)["databases"]
    assert (broken["database"], broken["restorable_to"], broken["rpo_seconds"]) == ("broken", None, 26 * 3600)
    assert (main["backup"], main["reached"]) == (newest.manifest.id.text, "equal")
    assert (main["rpo_seconds"], main["rto_seconds"]) == (30 * 3600, 2 * 3600)

    listed = json.loads(command(stack.aws, "backups", "--json", *config).stdout)
    assert listed["databases"] == [main]
    without = json.loads(command(stack.aws, "backups", "--json", "--config", "/nowhere.yaml").stdout)
    assert without["databases"] == [main | {"rpo_seconds": None, "rto_seconds": None}]


def test_a_drill_by_hand_shows_its_levels_and_the_list_of_backups_its_proof(stack: Stack) -> None:
    drilled = command(stack.aws, "verify", "main")

    assert drilled.returncode == 0, drilled.stderr
    for level in LEVELS:
        assert re.search(rf"^{level} +yes ", drilled.stdout, re.MULTILINE), drilled.stdout
    assert "in the drill: C instead of public.german" in drilled.stdout
    [row] = [line for line in command(stack.aws, "backups", "main").stdout.splitlines() if "-emergency-" in line]
    assert row.split()[-1] == "equal"


def test_all_databases_are_drilled_by_hand_with_the_rights_that_github_has(stack: Stack) -> None:
    before = len(stack.aws.calls)

    drilled = command(stack.aws, "verify")

    assert drilled.returncode == 1, "broken has no backup"
    assert re.search(r"-emergency-\w+ of main\n(.*\n)+^equal +yes ", drilled.stdout, re.MULTILINE), drilled.stdout
    assert drilled.stderr == "broken: there is no backup of broken\n"
    made = {f"{call.service}:{call.action}" for call in stack.aws.calls[before:] if not call.function}
    assert "lambda:InvokeFunction" in made
    assert made <= allowed_to_run()


def test_a_drill_of_what_is_not_there_is_refused_in_a_sentence(stack: Stack) -> None:
    for name, said in (("mian", "there is no database 'mian'"), ("broken", "there is no backup of broken")):
        refused = command(stack.aws, "verify", name)

        assert refused.returncode == 2
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr


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
