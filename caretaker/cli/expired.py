"""The backups that were deleted and can be had back, as ``caretaker backups --expired`` shows them."""

import json
from collections.abc import Sequence
from datetime import datetime

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from caretaker.archive.expired import Expired
from caretaker.core.durations import spoken
from caretaker.core.results import timestamp
from caretaker.core.sizes import spoken_size


def print_expired(found: Sequence[Expired], now: datetime, *, as_json: bool) -> None:
    """Print them, the newest first."""
    if as_json:
        click.echo(json.dumps({"expired": [_json(one) for one in found]}, indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False)
    if not found:
        console.print("No deleted backup can be had back.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Backup", no_wrap=True)
    table.add_column("Of", overflow="fold", max_width=12)
    for name in ("Age", "Size", "Deleted"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in found:
        age = spoken(int((now - one.manifest.as_of).total_seconds()))
        deleted = spoken(max(0, int((now - one.at).total_seconds())))
        table.add_row(one.manifest.id.text, one.manifest.id.database, age, spoken_size(_bytes(one)), f"{deleted} ago")
    console.print(table)
    console.print("caretaker undelete ID brings one back, until the bucket purges it (BackupGraceDays).")


def _json(one: Expired) -> dict[str, object]:
    made = one.manifest
    return {
        "id": made.id.text,
        "database": made.id.database,
        "as_of": timestamp(made.as_of),
        "deleted_at": timestamp(one.at),
        "bytes": _bytes(one),
    }


def _bytes(one: Expired) -> int:
    return sum(stored.bytes for stored in one.manifest.objects)
