"""``caretaker hold`` and ``caretaker release``: a backup that is held stays however old it gets."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click

from caretaker.archive import hold as holds
from caretaker.archive.objects import AlreadyThere
from caretaker.cli.storage import existing, in_words, no_cleanup_meanwhile, storage

_Options = Callable[[Callable[..., None]], click.Command]


def _command(name: str) -> _Options:
    def make(function: Callable[..., None]) -> click.Command:
        for option in (
            click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's."),
            click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL."),
            click.option("--bucket", default=None, help="The bucket, where the stack is gone."),
            click.option("--reason", default="", help="Why; it is kept beside the backup."),
            click.argument("backup", metavar="ID"),
        ):
            function = option(function)
        return click.command(name)(function)

    return make


@_command("hold")
def hold(backup: str, reason: str, **where: Any) -> None:  # the options that say where the backups are
    """Keep the backup ID, or DATABASE/ID, however old it gets, until it is released."""
    if not reason.strip():
        raise click.UsageError('a hold takes a reason: --reason "for the audit of 2026"')
    _note(holds.hold, backup, reason, **where)
    click.echo(f"{backup} is held: it stays until caretaker release {backup}")


@_command("release")
def release(backup: str, reason: str, **where: Any) -> None:  # the options that say where the backups are
    """Let the backup ID, or DATABASE/ID, go the way of all others again."""
    _note(holds.release, backup, reason, **where)
    click.echo(f"{backup} is released: caretaker cleanup --plan says what becomes of it")


def _note(
    what: Callable[..., None], backup: str, reason: str, bucket: str | None, stack: str | None, endpoint_url: str | None
) -> None:
    with in_words(endpoint_url):
        there = storage(bucket, stack, endpoint_url)
        with no_cleanup_meanwhile(there.table, "a hold or release by hand"):
            try:
                what(there.bucket, existing(there.bucket, backup), reason, datetime.now(UTC))
            except AlreadyThere as other:
                raise click.ClickException("somebody has done so in this very second: try again") from other
