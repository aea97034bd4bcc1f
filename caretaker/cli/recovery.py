"""What a restore now would bring back, as people see it: beside what was promised."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.archive.recovery import Recovery
from caretaker.authoring import ConfigurationError, compile_sections, load
from caretaker.core.config import Promise, promises_config
from caretaker.core.durations import spoken
from caretaker.core.results import timestamp

_BROKEN = "bold red"  # of what is worse than was promised

Promises = Mapping[str, Promise]


def promises(config: Path) -> Promises:
    """Return what a configuration promises, by the database; nothing where it is not, or cannot be read.

    Whoever restores may have nothing but the bucket: that must not keep them from seeing what there is.
    """
    if not config.exists():
        return {}
    try:
        sections = compile_sections(load(config, for_deployment=False))
    except ConfigurationError:
        click.echo(f"{config} has mistakes, so what it promises is not shown: caretaker config validate", err=True)
        return {}
    return {promise.name: promise for promise in promises_config(sections["verify"]).databases}


def to_json(one: Recovery, promised: Promises) -> dict[str, object]:
    """Return a recovery as programs are shown it; times are seconds."""
    rpo, rto = _promised(one, promised)
    return {
        "database": one.database,
        "backup": one.backup or None,
        "restorable_to": one.restorable_to and timestamp(one.restorable_to),
        "reached": one.reached,
        "predicted_restore_seconds": None if one.seconds is None else round(one.seconds, 1),
        "rpo_seconds": rpo,
        "rto_seconds": rto,
    }


def print_recoveries(found: Sequence[Recovery], promised: Promises, now: datetime, console: Console) -> None:
    """Print a row for every database."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Restore of", overflow="fold", max_width=16)
    for name in ("Up to (UTC)", "Proof"):
        table.add_column(name, no_wrap=True)
    for name in ("Age", "rpo", "Takes", "rto"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in found:
        rpo, rto = _promised(one, promised)
        age = (now - one.restorable_to).total_seconds() if one.restorable_to else None
        table.add_row(
            Text(one.database),
            f"{one.restorable_to:%d %b %H:%M}" if one.restorable_to else Text("nothing", style=_BROKEN),
            one.reached or "–",
            _beside(age, rpo),
            _seconds(rpo),
            _beside(one.seconds, rto),
            _seconds(rto),
        )
    console.print(table)


def _promised(one: Recovery, promised: Promises) -> tuple[float | None, float | None]:
    promise = promised.get(one.database)
    return (promise.rpo, promise.rto) if promise else (None, None)


def _beside(seconds: float | None, limit: float | None) -> Text:
    is_broken = seconds is not None and limit is not None and seconds > limit
    return Text(_seconds(seconds), style=_BROKEN if is_broken else "")


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else spoken(round(seconds))
