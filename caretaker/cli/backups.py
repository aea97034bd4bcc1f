"""``caretaker backups``: the backups that there are."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.archive.entries import Entries, Entry, entries
from caretaker.archive.expired import expired
from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest_file import encode
from caretaker.archive.proof import Proof
from caretaker.archive.recovery import recoveries
from caretaker.cli.configuration import config_option
from caretaker.cli.expired import print_expired
from caretaker.cli.recovery import promises, to_json
from caretaker.cli.storage import in_words, storage
from caretaker.core.durations import roughly
from caretaker.core.printable import printable
from caretaker.core.sizes import spoken_size


@click.command("backups")
@click.argument("database", required=False)
@click.option("--expired", "are_expired", is_flag=True, help="Those that were deleted and can be had back.")
@click.option("--json", "as_json", is_flag=True, help="For programs: the whole manifests.")
@click.option("--bucket", default=None, help="The bucket, where the stack is gone.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
@config_option
@click.pass_context
def list_backups(
    ctx: click.Context,
    database: str | None,
    are_expired: bool,
    as_json: bool,
    bucket: str | None,
    endpoint_url: str | None,
    stack: str | None,
    config: Path,
) -> None:
    """List the backups that there are, of DATABASE or of all, the newest first.

    Each with the level that its last drill reached, and whether somebody holds it. A backup is there if its manifest
    is; nothing else is looked at. Exits with 1 if a manifest cannot be read.
    """
    with in_words(endpoint_url):
        there = storage(bucket, stack, endpoint_url).bucket
        if are_expired:
            print_expired(expired(there, database), datetime.now(UTC), as_json=as_json)
            return
        found = entries(there, database)
    if as_json:
        promised = promises(config)
        shown = {
            "databases": [to_json(one, promised) for one in recoveries(found.entries, ())],
            "backups": [_json(one) for one in found.entries],
            "damaged": [one.key for one in found.damaged],
        }
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        _print(found, datetime.now(UTC), database)
    ctx.exit(1 if found.damaged else 0)


def _json(entry: Entry) -> dict[str, object]:
    written: dict[str, object] = json.loads(encode(entry.manifest))
    proof = entry.proof
    drill = proof and {"reached": proof.reached, "good": proof.is_good, "noted": [one.code for one in proof.noted]}
    return {**written, "key": entry.manifest.id.key(MANIFEST), "proof": drill, "held": entry.held}


def _print(found: Entries, now: datetime, database: str | None) -> None:
    console = Console(highlight=False)
    if not found.entries and not found.damaged:
        console.print(f"There is no backup of {database}." if database else "There is no backup.")
    if found.entries:
        console.print(_table(found.entries, now))
    for damaged in found.damaged:
        console.print(Text(f"not a backup: {printable(damaged.key)} {printable(damaged.reason)}", style="bold red"))


def _table(found: Sequence[Entry], now: datetime) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    table.add_column("Backup", no_wrap=True)  # people copy it
    table.add_column("Of", overflow="fold", max_width=12)
    for name in ("Age", "Size", "Rows", "Took"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Proof", no_wrap=True)
    for entry in found:
        one = entry.manifest
        size = spoken_size(sum(stored.bytes for stored in one.objects))
        rows = "–" if one.totals.rows is None else f"{one.totals.rows:,}"
        age, took = roughly(int((now - one.as_of).total_seconds())), roughly(round(one.seconds.total))
        which = Text(one.id.text).append("\nheld" if entry.held else "", style="dim")
        table.add_row(which, one.id.database, age, size, rows, took, _proof(entry.proof))
    return table


def _proof(proof: Proof | None) -> Text:
    """Return the level that the last drill reached, for a column."""
    if proof is None:
        return Text("none")
    return Text("FAILED", style="bold red") if proof.is_damaged else Text(proof.reached or "none")
