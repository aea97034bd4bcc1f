"""``caretaker restore`` at a terminal of 80 columns: what people see, are asked, and end."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from caretaker.archive.identity import DUMP
from tests.databases import make
from tests.integration.cli.full_disk import fill_the_disk
from tests.integration.cli.restoring import arguments, has_come_to_the_rows, make_slow, variables
from tests.integration.restore.conftest import BUCKET, bucket, shelf, world
from tests.integration.restore.restoring import World
from tests.terminal import COLUMNS, Terminal, terminal
from tests.unit.cli.processes import COMMAND

__all__ = ["bucket", "shelf", "world"]


@contextmanager
def restoring(world: World, moto_endpoint: str, *more: str) -> Iterator[Terminal]:
    with terminal(arguments(world, *more)[len(COMMAND) :], variables(moto_endpoint, TMPDIR=str(world.room))) as started:
        yield started


def answered(shown: Terminal, answer: str) -> int:
    """Answer the question, with Ctrl-C if there is no answer; return how the command ended."""
    shown.wait_for("Restore all the same? [y/N]: ")
    if answer:
        shown.type(answer)
    else:
        shown.interrupt()
    return shown.end()


def test_bars_are_shown_within_the_width_and_nothing_of_them_stays(world: World, moto_endpoint: str) -> None:
    with restoring(world, moto_endpoint) as shown:
        code = shown.end()

    text = shown.shown.decode()
    assert code == 0
    assert "downloading" in text
    assert "restoring" in text
    assert "comparing" in text
    assert "\x1b[?25h" in text, "the cursor is shown again"
    assert not [line for line in shown.screen() if "━" in line or len(line) > COLUMNS]
    assert [line.split()[0] for line in shown.screen() if line][-3:] == ["restored", "compared", "took"]


@pytest.mark.parametrize(
    ("answer", "code"), [("n\r", 2), ("\r", 2), ("", 130)], ids=["no", "nothing but return", "Ctrl-C"]
)
def test_whoever_does_not_agree_is_told_that_nothing_was_done(
    world: World, moto_endpoint: str, answer: str, code: int
) -> None:
    world.database = make(world.server, "create table mine as select 1 as one")

    with restoring(world, moto_endpoint, "--into-non-empty") as shown:
        ended = answered(shown, answer)

    assert ended == code
    assert shown.screen()[-2:] == ["Nothing was done.", ""]
    assert "mind: it is restored into" in "\n".join(shown.screen())
    assert world.count("mine") == 1


def test_whoever_agrees_gets_it(world: World, moto_endpoint: str) -> None:
    world.database = make(world.server, "create table mine as select 1 as one")

    with restoring(world, moto_endpoint, "--into-non-empty") as shown:
        ended = answered(shown, "y\r")

    assert ended == 0
    assert world.count() == 3000


@pytest.mark.parametrize(("answer", "code"), [("y\r", 0), ("n\r", 2), ("", 130)], ids=["yes", "no", "Ctrl-C"])
def test_where_the_disk_has_no_room_for_the_dump_a_pipe_is_asked_about(
    world: World, moto_endpoint: str, answer: str, code: int
) -> None:
    given = arguments(world)[len(COMMAND) :], variables(moto_endpoint, TMPDIR=str(world.room))
    with terminal(*given, first=fill_the_disk) as shown:
        ended = answered(shown, answer)

    screen = " ".join(" ".join(shown.screen()).split())
    assert ended == code
    assert re.search(
        "has 100.0 MB free, too little for a dump of .* and 1.0 GB for others: it goes through a pipe", screen
    )
    assert "TMPDIR=/large caretaker restore" in screen
    assert (world.databases() == [world.database]) is (code == 0)
    assert ("Nothing was done." in shown.screen()) is (code != 0)
    assert list(world.room.iterdir()) == []


def test_ctrl_c_amid_the_rows_leaves_nothing_and_says_so_below_the_plan(world: World, moto_endpoint: str) -> None:
    make_slow(world)

    with restoring(world, moto_endpoint) as shown:
        while not has_come_to_the_rows(world):
            time.sleep(0.02)
        shown.interrupt()
        ended = shown.end()

    assert ended == 130
    assert [line for line in shown.screen() if line][-1] == f"Ended: the database {world.database} was dropped again."
    assert not [line for line in shown.screen() if "━" in line]
    assert world.databases() == []
    assert list(world.room.iterdir()) == []


def test_a_damaged_backup_that_gives_way_leaves_no_bar(world: World, moto_endpoint: str) -> None:
    world.bucket.client.delete_object(Bucket=BUCKET, Key=world.shelf.newer.id.key(DUMP))

    with restoring(world, moto_endpoint) as shown:
        ended = shown.end()

    assert ended == 0
    assert "The next older backup is taken instead." in shown.screen()
    assert not [line for line in shown.screen() if "━" in line]
