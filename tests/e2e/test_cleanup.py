"""Retention on the local AWS, with the function's own artifact and the command as people run it."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from caretaker.archive.identity import DUMP, GLOBALS, HOWTO, MANIFEST, TABLES, BackupId
from caretaker.archive.manifest_file import encode
from caretaker.archive.proof_file import encode as encode_proof
from caretaker.archive.proof_file import proof_key
from caretaker.local.aws import LocalAws
from tests.command import command
from tests.conftest import StartLocalAws
from tests.proofs import backed_up

CONFIGURATION = """
environment: production
backup:
  databases: [{name: main, url: "${ssm:caretaker/production/backup/main}"}]
  retention: {daily: 7d, keep_last: 1}
"""


@dataclass
class Stack:
    """The deployed stack."""

    aws: LocalAws

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``caretaker`` as a person does, in 80 columns."""
        return command(self.aws, *arguments)

    def store(self, days: float) -> BackupId:
        """Store a good backup of so many days ago."""
        entry = backed_up(datetime.now(UTC).replace(microsecond=0) - timedelta(days=days))
        made = entry.manifest
        assert entry.proof is not None
        bodies = {made.id.key(name): b"?" for name in (DUMP, GLOBALS, TABLES, HOWTO)}
        self._put({**bodies, made.id.key(MANIFEST): encode(made)})
        self.aws.drain(120)  # its drill has found it to be damaged: what counts is what the last one has found
        later = datetime.now(UTC) + timedelta(minutes=1)
        self._put({proof_key(made.id, later): encode_proof(entry.proof)})
        return made.id

    def _put(self, bodies: Mapping[str, bytes]) -> None:
        client, bucket = self.aws.client("s3"), self.aws.variables("cleanup")["CARETAKER_BUCKET"]
        for key, body in bodies.items():
            client.put_object(Bucket=bucket, Key=key, Body=body, IfNoneMatch="*")


@pytest.fixture(scope="module")
def stack(local_aws: StartLocalAws, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    config = tmp_path_factory.mktemp("cleanup") / "caretaker.yaml"
    config.write_text(CONFIGURATION, "utf-8")
    return Stack(local_aws(config))


def listed(stack: Stack, *arguments: str) -> set[str]:
    said = stack.command("backups", "--json", *arguments)
    assert said.returncode == 0, said.stderr
    [found] = [value for key, value in json.loads(said.stdout).items() if key in ("backups", "expired")]
    return {str(one["id"]) for one in found}


@pytest.fixture(scope="module")
def old(stack: Stack) -> BackupId:
    """One that is past its age, beside one that is young and one in whose time the window begins."""
    stack.store(1)
    stack.store(8)
    return stack.store(40)


def test_a_plan_says_what_would_go_and_nothing_goes(stack: Stack, old: BackupId) -> None:
    planned = stack.command("cleanup", "--plan")

    assert planned.returncode == 0, planned.stderr
    assert "1 would go, 2 stay. Nothing was deleted." in planned.stdout
    assert "goes" in next(line for line in planned.stdout.splitlines() if old.text in line)
    assert max(map(len, planned.stdout.splitlines())) <= 80
    assert old.text in listed(stack)


def test_a_held_backup_stays_until_it_is_released(stack: Stack, old: BackupId) -> None:
    held = stack.command("hold", old.text, "--reason", "for the audit")
    assert held.returncode == 0, held.stderr
    assert "0 would go" in stack.command("cleanup", "--plan").stdout

    released = stack.command("release", f"main/{old.text}")
    assert released.returncode == 0, released.stderr


def test_what_went_can_be_had_back_and_is_held_then(stack: Stack, old: BackupId) -> None:
    cleaned = stack.command("cleanup")
    assert cleaned.returncode == 0, cleaned.stderr
    assert "1 went" in cleaned.stdout
    assert old.text not in listed(stack)
    assert listed(stack, "--expired") == {old.text}

    back = stack.command("undelete", old.text)
    assert back.returncode == 0, back.stderr
    assert old.text in listed(stack)
    assert "0 would go" in stack.command("cleanup", "--plan").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("hold", "20261120T020000Z-daily-0000", "--reason", "x"), "there is no backup"),
        (("hold", "20261120T020000Z-daily-0000"), "a hold takes a reason"),
        (("hold", "20261120T020000Z-daily-0000", "--reason", " "), "a hold takes a reason"),
        (("undelete", "20261120T020000Z-daily-0000"), "there is no deleted backup"),
    ],
)
def test_what_is_called_wrongly_is_said(stack: Stack, arguments: tuple[str, ...], said: str) -> None:
    answer = stack.command(*arguments)

    assert answer.returncode == 2
    assert said in answer.stderr
