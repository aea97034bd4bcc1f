"""What was asked of a function is followed to its end, and given up when nothing is heard of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import boto3
import click
import pytest

from caretaker.cli.deployed import Deployed, told_in_words
from caretaker.cli.requested import followed, start
from caretaker.core.store.requests import Progress, note
from caretaker.core.store.table import Table

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def following(table: Table, *notes: Progress, done: Callable[[float], object] = lambda _: None) -> Iterator[Progress]:
    """Follow a request of which one more note is there at each look; ``done`` learns of the seconds waited."""
    left, time = iter(notes), 0.0

    def look_again(seconds: float) -> None:
        nonlocal time
        time += seconds
        done(time)
        if progress := next(left, None):
            note(table, "r-1", progress, NOW)

    return followed(table, "verify", "r-1", lambda: time, look_again)


def test_every_stage_is_shown_and_the_end_comes_last(table: Table) -> None:
    running, end = Progress("running", {"bytes": 1}), Progress("failed", {"findings": []})

    assert list(following(table, running, end, Progress("done"))) == [running, end]


def test_what_is_refused_is_said(table: Table) -> None:
    with pytest.raises(click.UsageError, match="there is no database 'mian'"):
        list(following(table, Progress("running"), Progress("failed", {"refused": "there is no database 'mian'"})))


@pytest.mark.parametrize(("notes", "seconds"), [((), 121), ((Progress("running"),), 961)])
def test_what_nothing_is_heard_of_is_given_up(near: Table, notes: tuple[Progress, ...], seconds: float) -> None:
    waited: list[float] = []
    said = "nothing is heard of request r-1 any more: see verify's log, and caretaker backups"

    with pytest.raises(click.ClickException, match=said):
        list(following(near, *notes, done=waited.append))

    assert waited[-1] == seconds


def test_a_request_of_a_newer_version_ends_the_command_with_a_sentence(table: Table) -> None:
    note(table, "r-1", Progress("done"), NOW)
    [item] = table.query("REQUEST#r-1")
    table.put({**item, "schema": {"N": "2"}})

    with pytest.raises(click.UsageError, match="a newer version of Caretaker"), told_in_words(local=True):
        list(following(table))


def test_a_function_that_is_not_deployed_is_said_before_anything_is_asked() -> None:
    known = Deployed("caretaker", {"UptimeFunctionName": "u", "CertCheckFunctionName": "c"}, boto3.Session(), None)

    with pytest.raises(click.UsageError, match=r"no function 'verify'; the stack has: cert_check, uptime \(deploy"):
        start(known, "verify", {"database": "main"})
