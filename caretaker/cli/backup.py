"""``caretaker backup``: a backup now, and its receipt."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TransferSpeedColumn

from caretaker.cli.deployed import deployed, is_local, told_in_words
from caretaker.cli.receipt import print_receipt
from caretaker.cli.requested import followed, start
from caretaker.core.printable import printable
from caretaker.core.store import requests


@click.command()
@click.argument("database")
@click.option("--kind", type=click.Choice(["daily", "emergency"]), help="By default emergency if there is a reason.")
@click.option("--reason", default="", help="Why an emergency backup is made; it is kept in the backup.")
@click.option("--dry-run", is_flag=True, help="Only see whether it could be made: nothing is dumped or stored.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON, for programs.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
@click.pass_context
def backup(
    ctx: click.Context,
    database: str,
    kind: str | None,
    reason: str,
    dry_run: bool,
    as_json: bool,
    endpoint_url: str | None,
    stack: str | None,
) -> None:
    """Back DATABASE up now, wait for it, and print the receipt.

    DATABASE is a name under backup.databases in caretaker.yaml. Exits with 1 if the backup failed.
    """
    kind = kind or ("emergency" if reason else "daily")
    if kind == "emergency" and not reason.strip():
        raise click.UsageError('an emergency backup takes a reason: --reason "before the migration of orders"')
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    with told_in_words(is_local(endpoint)):
        known = deployed(stack, endpoint)
        more = ({"reason": reason} if reason else {}) | ({"dry_run": True} if dry_run else {})
        request = start(known, "backup", {"database": database, "kind": kind, **more})
        ended = _shown(followed(known.table, "backup", request), database)
    if as_json:
        click.echo(json.dumps(ended.details, indent=2, ensure_ascii=False))
    elif ended.stage == "done":
        print_receipt(ended.details)
    else:
        _complain(ended.details)
    ctx.exit(0 if ended.stage == "done" else 1)


def _shown(progress: Iterator[requests.Progress], database: str) -> requests.Progress:
    """Show progress on a terminal's stderr; return the end."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    last = requests.Progress("failed")
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"backing up {database}", total=None)
        for last in progress:
            step = printable(str(last.details.get("step", "")))
            done, total = last.details.get("bytes"), last.details.get("total")
            bar.update(task, description=step or f"backing up {database}", completed=done or 0, total=total)
    return last


def _complain(details: Mapping[str, Any]) -> None:
    for finding in details.get("findings", []):
        click.echo(f"{finding['code']}: {printable(finding['message'])}", err=True)
        click.echo(f"→ {printable(finding['fix'])}", err=True)
    if superseded := details.get("superseded"):
        click.echo(f"{printable(str(superseded))}: wait for it, it is as good as this one.", err=True)
        return
    click.echo("No backup was made.", err=True)
