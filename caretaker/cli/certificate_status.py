"""Where certificates stand: what ``caretaker status`` shows of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.cli.certificate_report import time_left
from caretaker.cli.findings import STYLES
from caretaker.cli.standing import Standing, share, when
from caretaker.core.results import timestamp
from functions.cert_check.known import Memory


def served(memory: Memory | None) -> dict[str, object]:
    """Return what is remembered of an endpoint's certificate, as ``caretaker status --json`` shows it."""
    present = memory.present if memory else None
    if present is None:
        return {}
    return {
        "fingerprint": present.fingerprint,
        "not_after": timestamp(present.not_after),
        "served_since": timestamp(present.first_seen),
    }


def print_certificate_status(
    found: Sequence[Standing], memories: Mapping[str, Memory], now: datetime, console: Console
) -> None:
    """Print a row for every endpoint: how it stands, when its certificate ends, and since when it is served."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Certificate", overflow="fold", max_width=26)
    for column in ("Now", "Since", "Expires in", "Served since", "In order, 30d"):
        table.add_column(column, no_wrap=True)
    for one in found:
        present = memories[one.check].present if one.check in memories else None
        table.add_row(
            Text(one.check.partition("/")[2]),
            Text(str(one.status), style=STYLES[one.status]),
            when(one.since, now),
            time_left(present.left(now)) if present else "–",
            f"{present.first_seen:%Y-%m-%d}" if present else "–",
            share(one.uptime["30d"]),
        )
    console.print(table)
