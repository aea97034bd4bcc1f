"""``caretaker restore``: a backup brought back, compared with what it was."""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click
import psycopg2

from caretaker.archive.deadline import Deadline
from caretaker.archive.entries import entries
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.programs import ProgramsUnusable
from caretaker.archive.restoring.arriving import NoRoom
from caretaker.archive.restoring.choosing import NothingToRestore, choose
from caretaker.archive.restoring.preflight import Means, Wish
from caretaker.archive.restoring.taking_back import RestoreFailed
from caretaker.archive.versions import NoProgramsForServer
from caretaker.build.errors import BuildError
from caretaker.cli.restore_attempts import Manner, attempt_each
from caretaker.cli.restore_target import reached
from caretaker.cli.storage import in_words, storage
from caretaker.core.results import moment
from layers.postgres.layer import layer

_LONGEST = 14 * 86_400.0  # seconds; whoever waits decides when it is enough
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _time(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    try:
        return moment(value) if value else None
    except ValueError:
        raise click.BadParameter(f"{value!r} is no time with a zone: write it as 2026-11-20T02:00:00Z") from None


@click.command("restore")
@click.argument("database")
@click.argument("backup", required=False, default="")
@click.option("--at", callback=_time, help="The newest proven one that is not later than this, 2026-11-20T02:00:00Z.")
@click.option(
    "--to", "address", required=True, metavar="URL", help="postgresql://USER@HOST/DATABASE, without a password."
)
@click.option("--plan", "only_plan", is_flag=True, help="Only show what would be done.")
@click.option("--into-non-empty", is_flag=True, help="Restore into a database that holds something already.")
@click.option("--keep-owner", is_flag=True, help="Keep owners and privileges; their roles have to be there.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Sessions that restore at once; 4 for a new database.")
@click.option("--yes", is_flag=True, help="Agree to what would be asked.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--bucket", default=None, help="The bucket, where the stack is gone.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
@click.pass_context
def restore_backup(
    ctx: click.Context,
    database: str,
    backup: str,
    at: datetime | None,
    address: str,
    only_plan: bool,
    into_non_empty: bool,
    keep_owner: bool,
    jobs: int | None,
    yes: bool,
    as_json: bool,
    bucket: str | None,
    endpoint_url: str | None,
    stack: str | None,
) -> None:
    """Restore a backup of DATABASE to a database of yours, and compare it with what it was.

    BACKUP is an id of caretaker backups; without it, it is the newest one that a drill has proven. URL takes its
    password from ${env:NAME}, ${secret:NAME}, PGPASSWORD or a passfile. A database that does not exist is created;
    without one in the URL it is DATABASE_restored_<time>. Exits with 0 if everything is equal.
    """
    if backup and at:
        raise click.UsageError("a backup is named by its id, or by --at; not by both")
    with in_words(endpoint_url), _told(), _ended_once():
        means = _means(storage(bucket, stack, endpoint_url).bucket)
        choice = choose(entries(means.bucket, database), database, backup, at)
        place = reached(address, database, datetime.now(UTC), os.environ, asks=sys.stdin.isatty())
        code = attempt_each(
            choice, place, Wish(into_non_empty, keep_owner, jobs), means, Manner(only_plan, yes, as_json)
        )
    ctx.exit(code)


def _means(bucket: Bucket) -> Means:
    programs = layer("host", lambda progress: click.echo(progress, err=True)) / "postgres"
    deadline = Deadline(time.monotonic() + _LONGEST, time.monotonic)
    return Means(bucket, programs, Path(tempfile.gettempdir()), lambda folder: shutil.disk_usage(folder).free, deadline)


@contextmanager
def _told() -> Iterator[None]:
    """End the command with a sentence for whatever is wrong outside of it."""
    try:
        yield
    except (
        StorageFailed,
        NothingToRestore,
        NoRoom,
        RestoreFailed,
        ProgramsUnusable,
        NoProgramsForServer,
        BuildError,
    ) as failure:
        raise click.ClickException("\n".join([str(failure), *getattr(failure, "__notes__", ())])) from None
    except psycopg2.Error as error:
        raise click.ClickException(f"the server says: {(error.diag.message_primary or str(error)).strip()}") from None
    except KeyboardInterrupt as ended:
        for note in getattr(ended, "__notes__", ()):
            click.echo(f"Ended: {note}.", err=True)
        raise


@contextmanager
def _ended_once() -> Iterator[None]:
    """Let the first signal end what is being done; what takes that back is not disturbed by another."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in _ENDINGS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
