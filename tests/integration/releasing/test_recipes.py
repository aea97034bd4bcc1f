"""What make's short words for people call: commands that are there, with what they were given."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.integration.releasing.workplace import Workplace
from tests.unit.docs.commands import Command, misunderstood

# What is said of deployments is carried out, for other recipes ask for it; the rest is written down.
_NOTING = """#!{python} -IS
import json, os, sys
if sys.argv[1] == "deployment":
    os.execv({real!r}, [{real!r}, *sys.argv[1:]])
with open({log!r}, "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
"""


@pytest.fixture
def work(tmp_path: Path, quick_caretaker: Path) -> Workplace:
    work = Workplace(tmp_path, caretaker=quick_caretaker)
    work.add("production")
    work.add("staging")
    return work


def _called(work: Workplace, *arguments: str, **variables: str) -> list[list[str]]:
    """Return what ``caretaker`` was called with, and hold each call to what it understands."""
    program, log = work.folder / "noting", work.folder / "calls"
    program.write_text(_NOTING.format(python=sys.executable, log=str(log), real=str(work.caretaker)), "utf-8")
    program.chmod(0o755)
    log.write_text("", "utf-8")
    done = work.make(f"CARETAKER={program}", *arguments, **variables)
    assert done.returncode == 0, done.stderr
    calls: list[list[str]] = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    for call in calls:
        assert misunderstood(Command(Path("Makefile"), shlex.join(["caretaker", *call]), needs=False)) == ""
    return calls


def test_recipes_call_what_they_say_for_the_environment_that_is_meant(work: Workplace) -> None:
    there, secret = ["--stack", "caretaker-staging"], ["secret", "set", "alerts/slack"]
    config = ["--config", "caretaker.staging.yaml"]

    calls = _called(work, "status", "smoke", "secret", "destroy", "demo", "ENV=staging", "NAME=alerts/slack")

    assert calls == [["status", *there], ["smoke", *there, *config], [*secret, *config], ["destroy", *there], ["demo"]]


def test_without_a_word_they_are_about_the_first_environment(work: Workplace) -> None:
    assert _called(work, "status") == [["status", "--stack", "caretaker"]]


def test_a_drill_is_of_a_database_or_of_all(work: Workplace) -> None:
    there = ["--stack", "other"]

    assert _called(work, "drill", "DB=main", "STACK=other") == [["verify", "main", *there]]
    assert _called(work, "drill", "STACK=other") == [["verify", *there]]


def test_a_reason_reaches_the_backup_as_it_was_typed(work: Workplace) -> None:
    reason = """before "the" migration; $(rm -rf /) `id` it's 5 o'clock"""

    [call] = _called(work, "backup-now", "STACK=other", DB="main", REASON=reason)

    assert call == ["backup", "main", "--reason", reason, "--stack", "other"]


def test_logs_are_those_of_the_stack(work: Workplace) -> None:
    done = work.make("logs", "STACK=other")

    assert done.returncode == 0, done.stderr
    assert [told[:-1] for told in work.told()] == [["logs", "--stack-name", "other", "--tail"]]
