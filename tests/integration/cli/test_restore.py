"""``caretaker restore`` as people run it: a process, a bucket, and a server of theirs."""

import json
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from caretaker.archive.identity import DUMP
from caretaker.cli.main import cli
from tests.databases import make, run
from tests.integration.cli.restoring import SLOW_ROWS, arguments, make_slow, under_way, variables
from tests.integration.restore.conftest import BUCKET, bucket, shelf, world
from tests.integration.restore.restoring import World, prove
from tests.postgres import PASSWORD
from tests.unit.cli.processes import COMMAND

__all__ = ["bucket", "shelf", "world"]

Command = Callable[..., Result]


@pytest.fixture
def command(world: World, moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command with what is usual, and more arguments, without a process of its own."""
    monkeypatch.setattr(tempfile, "tempdir", str(world.room))
    settings: dict[str, str | None] = {"AWS_ENDPOINT_URL": moto_endpoint, "PGPASSWORD": PASSWORD, "COLUMNS": None}

    def start(*more: str, **others: str | None) -> Result:
        return CliRunner().invoke(cli, arguments(world, *more)[len(COMMAND) :], env=settings | others)

    return start


def test_the_newest_proven_backup_comes_back_and_is_said_to_be_equal(world: World, command: Command) -> None:
    ended = command()

    assert ended.exit_code == 0, ended.stderr
    assert "6 of 6 tables equal" in ended.stdout
    assert world.shelf.newer.id.text in ended.stdout
    assert "the newest proven backup: restored in a drill" in " ".join(ended.stdout.split())
    assert all(len(line) <= 80 for line in ended.stdout.splitlines())
    assert ended.stderr == ""
    assert world.count() == 3000


def test_a_plan_is_shown_and_nothing_is_done(world: World, command: Command) -> None:
    ended = command("--plan")

    assert ended.exit_code == 0
    assert f"{world.database} (new) on 127.0.0.1:" in ended.stdout
    assert world.databases() == []


def test_a_plan_that_cannot_be_carried_out_exits_with_1_and_says_why(world: World, command: Command) -> None:
    world.database = make(world.server, "create table mine ()")

    planned, tried = command("--plan"), command("--yes")

    for ended in (planned, tried):
        assert ended.exit_code == 1
        assert "in the way: the database" in ended.stdout
        assert "is not empty: it holds 1 table" in " ".join(ended.stdout.split())
        assert "→ Name a database that does not exist" in ended.stdout


def test_without_a_database_in_the_address_it_is_a_new_one_of_this_time(world: World, command: Command) -> None:
    world.database = ""

    ended = command("--json")

    shown = json.loads(ended.stdout)
    name = shown["plan"]["database"]
    assert re.fullmatch(r"main_restored_20\d{6}_\d{6}", name)
    assert shown["plan"]["backup"] == world.shelf.newer.id.text
    assert shown["result"]["equal"] is True
    assert run(world.server, name, "select count(*) from orders") == [(3000,)]
    assert ended.exit_code == 0


def test_a_damaged_backup_gives_way_to_the_next_older_one_and_that_is_said(world: World, command: Command) -> None:
    world.bucket.client.delete_object(Bucket=BUCKET, Key=world.shelf.newer.id.key(DUMP))

    ended = command("--json")

    shown = json.loads(ended.stdout)
    assert f"{world.shelf.newer.id.text} is damaged: " in ended.stderr
    assert "The next older backup is taken instead." in ended.stderr
    assert shown["plan"]["backup"] == world.shelf.older.id.text
    assert shown["plan"]["why"].startswith("the newest proven one before it: restored in a drill")
    assert len(shown["damaged"]) == 1
    assert (ended.exit_code, shown["result"]["equal"]) == (0, True)


def test_one_that_was_asked_for_is_replaced_by_no_other(world: World, command: Command) -> None:
    world.bucket.client.delete_object(Bucket=BUCKET, Key=world.shelf.newer.id.key(DUMP))

    ended = command(world.shelf.newer.id.text)

    assert ended.exit_code == 1
    assert "nothing was restored" in ended.stderr
    assert world.databases() == []


def test_an_unproven_one_is_asked_about_and_taken_with_yes(world: World, command: Command) -> None:
    prove(world.bucket, world.shelf.newer.id, "present")

    refused = command(world.shelf.newer.id.text)
    agreed = command(world.shelf.newer.id.text, "--yes")

    assert refused.exit_code == 2
    assert "is not proven: found to be complete" in " ".join(refused.stdout.split())
    assert "add --yes. Nothing was done." in " ".join(refused.stderr.split())
    assert agreed.exit_code == 0


def test_no_proven_backup_is_said_with_what_to_do(world: World, command: Command) -> None:
    for manifest in (world.shelf.older, world.shelf.newer):
        prove(world.bucket, manifest.id, None)

    ended = command()

    assert ended.exit_code == 1
    assert "no backup of main is proven" in ended.stderr
    assert f"caretaker restore main {world.shelf.newer.id.text} --to" in ended.stderr


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--to", "postgresql://postgres:sup3r@127.0.0.1/x"], "a password in an address is seen by everybody"),
        (["--to", "postgresql://postgres@127.0.0.1/x?password=sup3r"], "a password in an address is seen"),
        (["--to", "postgresql://postgres:${env:NOT_THERE}@127.0.0.1/x"], "NOT_THERE is not set"),
        (["--at", "yesterday"], "is no time with a zone: write it as 2026-11-20T02:00:00Z"),
        (["--at", "2026-11-20T02:00:00Z", "20261120T020000Z-daily-d9af"], "by its id, or by --at; not by both"),
        (["--jobs", "0"], "is not in the range"),
    ],
)
def test_what_is_called_wrongly_exits_with_2_and_says_so(command: Command, more: list[str], said: str) -> None:
    ended = command(*more)

    assert ended.exit_code == 2
    assert said in " ".join(ended.stderr.split())
    assert "sup3r" not in ended.stderr.replace("postgresql://postgres:sup3r", "")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1/x", "it does not begin with postgresql://"),
        ("postgresql://127.0.0.1/x", "it names no user"),
        ("postgresql://postgres@127.0.0.1:1/x", "refused the connection"),
    ],
)
def test_an_address_that_cannot_be_used_is_said(command: Command, address: str, said: str) -> None:
    ended = command("--to", address)

    assert ended.exit_code == 1
    assert said in " ".join(ended.stderr.split())


def test_the_password_comes_from_a_passfile(
    world: World, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    passfile = tmp_path / "passfile"
    passfile.write_text(f"127.0.0.1:{world.server.port}:*:postgres:{PASSWORD}\n")
    passfile.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passfile))

    ended = command(PGPASSWORD=None)

    assert ended.exit_code == 0, ended.stderr


def test_the_password_is_seen_nowhere(world: World, moto_endpoint: str) -> None:
    quoted = PASSWORD.replace("/", "%2F")
    address = f"postgresql://postgres:${{env:MINE}}@127.0.0.1:{world.server.port}/{world.database}"
    with subprocess.Popen(
        arguments(world, "--to", address),
        env=variables(moto_endpoint, PGPASSWORD="", MINE=quoted),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        seen = "".join(seen_arguments(process))
        output = process.stdout.read() if process.stdout else ""
    assert process.returncode == 0, output
    assert f"--dbname=dbname='{world.database}'" in seen
    for secret in (PASSWORD, quoted):
        assert secret not in seen + output


def seen_arguments(process: "subprocess.Popen[str]") -> Iterator[str]:
    """Yield what everybody sees of a process and of all that it starts, until it ends."""
    while process.poll() is None:
        for found in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                yield found.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
        time.sleep(0.05)


@pytest.mark.parametrize("ending", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGTERM])
def test_a_signal_takes_the_restore_back_and_says_so(world: World, moto_endpoint: str, ending: int) -> None:
    make_slow(world)
    with under_way(world, moto_endpoint) as process:
        process.send_signal(ending)
        _, errors = process.communicate(timeout=30)

    assert process.returncode == 130
    assert f"Ended: the database {world.database} was dropped again." in errors
    assert world.databases() == []
    assert list(world.room.iterdir()) == []


@pytest.mark.slow
def test_a_killed_restore_can_be_done_again(world: World, moto_endpoint: str, command: Command) -> None:
    make_slow(world)
    with under_way(world, moto_endpoint) as process:
        process.kill()
        process.communicate()
    left = (world.databases(), len(list(world.room.iterdir())))
    at_work = command("--yes")
    sessions = f"from pg_stat_activity where datname = '{world.database}'"
    run(world.server, "postgres", f"select pg_terminate_backend(pid) {sessions}")
    while run(world.server, "postgres", f"select 1 {sessions}"):
        time.sleep(0.05)

    asked, done = command(), command("--yes")

    assert left == ([world.database], 2), "the dump, and the list of what is restored"
    assert "sessions are at work in it" in " ".join(at_work.stdout.split())
    assert asked.exit_code == 2
    assert "an unfinished restore" in " ".join(asked.stdout.split())
    assert done.exit_code == 0, done.stdout + done.stderr
    assert world.count("slow") == SLOW_ROWS
    assert list(world.room.iterdir()) == []


def test_ctrl_c_amid_the_download_says_that_nothing_was_changed(
    world: World, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_arguments: object) -> Iterator[bytes]:
        yield b"the beginning"
        raise KeyboardInterrupt

    monkeypatch.setattr("caretaker.archive.restoring.carrying_out.dump_bytes", interrupted)

    ended = command()

    assert "Ended: nothing was changed." in ended.stderr
    assert world.databases() == []
    assert list(world.room.iterdir()) == []
