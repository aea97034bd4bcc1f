"""``caretaker status``: where every check stands, and how it has been."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.archive.entries import entries
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.recovery import Recovery, recoveries
from caretaker.cli.backup_status import print_backup_status
from caretaker.cli.certificate_status import print_certificate_status, served
from caretaker.cli.configuration import config_option
from caretaker.cli.deployed import Deployed, deployed, is_local, told_in_words
from caretaker.cli.findings import STYLES
from caretaker.cli.recovery import print_recoveries, promises, to_json
from caretaker.cli.silence import silences
from caretaker.cli.standing import WINDOWS, Standing, share, standings, when
from caretaker.core.printable import printable
from caretaker.core.results import Status
from functions.cert_check import remembering
from functions.cert_check.known import Memory


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
@config_option
@click.pass_context
def status(ctx: click.Context, as_json: bool, endpoint_url: str | None, stack: str | None, config: Path) -> None:
    """Show where every check stands: now, since when, its latency of a day, its uptime.

    Of certificates: when they end, and since when they are served. Of backups: the last run, the age of the newest, its
    proof; and of each database to when it can be restored, how long that takes, and what the configuration promises.

    Exits with 1 if a check is not in order, or if nobody has looked for too long.
    """
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    now = datetime.now(UTC)
    with told_in_words(is_local(endpoint)):
        known = deployed(stack, endpoint)
        table = known.table
        found, certificates = standings(table, "uptime", now), standings(table, "cert", now)
        backups = [one for kind in ("backup", "freshness", "verify", "cleanup") for one in standings(table, kind, now)]
        memories = remembering.load(table) if certificates else {}
        restorable = _restorable(known, backups)
    promised = promises(config) if restorable else {}
    everything = [*found, *certificates, *backups]
    silent = silences(everything, now)
    if as_json:
        shown = [one.to_json() | served(memories.get(one.check)) for one in everything]
        databases = [to_json(one, promised) for one in restorable]
        click.echo(
            json.dumps({"checks": shown, "databases": databases, "silent": silent}, indent=2, ensure_ascii=False)
        )
    else:
        _print(found, certificates, memories, backups, now)
        if restorable:
            click.echo()
            print_recoveries(restorable, promised, now, Console(highlight=False))
        for sentence in silent:
            Console(highlight=False).print(Text(f"\n{sentence}", style=STYLES[Status.DOWN]))
    ctx.exit(0 if everything and not silent and all(one.status is Status.OK for one in everything) else 1)


def _restorable(known: Deployed, backups: Sequence[Standing]) -> list[Recovery]:
    """Return what can be restored, nothing if the bucket cannot be read: the checks are worth seeing without."""
    judged = {name for kind, _, name in (one.check.partition("/") for one in backups) if kind == "freshness"}
    if not judged:
        return []
    try:
        return recoveries(entries(Bucket(known.client("s3"), known.output("BackupBucketName"))).entries, judged)
    except StorageFailed as failure:
        click.echo(f"what can be restored is not known: {failure}", err=True)
        return []


def _print(
    found: Sequence[Standing],
    certificates: Sequence[Standing],
    memories: Mapping[str, Memory],
    backups: Sequence[Standing],
    now: datetime,
) -> None:
    console = Console(highlight=False)
    if found:
        _print_uptime(found, now, console)
    if certificates:
        print_certificate_status(certificates, memories, now, console)
    if backups:
        print_backup_status(backups, now, console)
    if not found and not certificates and not backups:
        console.print("Nothing was looked at in the last two days. Of a new stack the first look comes within minutes.")
    for one in (*found, *certificates, *backups):
        if one.incident:
            quiet = " (silent: what it depends on is bad)" if one.is_suppressed else ""
            console.print()
            console.print(Text(f"{one.check}{quiet}: {printable(one.summary)}", style=STYLES[one.status]))
            console.print(Text(f"caretaker incidents {one.incident}", style="dim"))


def _print_uptime(found: Sequence[Standing], now: datetime, console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Check", overflow="fold", max_width=20)
    table.add_column("Now", no_wrap=True)
    table.add_column("Since", no_wrap=True)
    table.add_column("Last blip", no_wrap=True)
    table.add_column("p50/p95", justify="right", no_wrap=True)
    for window in WINDOWS:
        table.add_column(window, justify="right", no_wrap=True)
    for one in found:
        shares = [share(one.uptime[window]) for window in WINDOWS]
        blip, latency = when(one.last_blip, now), f"{_latency(one.p50)}/{_latency(one.p95)}"
        shown = Text(str(one.status), style=STYLES[one.status])
        table.add_row(Text(one.check.partition("/")[2]), shown, when(one.since, now), blip, latency, *shares)
    console.print(table)


def _latency(milliseconds: float | None) -> str:
    if milliseconds is None:
        return "–"
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"
