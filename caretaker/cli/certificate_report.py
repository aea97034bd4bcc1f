"""Certificates as a table for people."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.cli.findings import printable, status_of, what_was_found
from caretaker.core.results import Measurement, Result

_DAY = 86_400


def print_certificates(results: Sequence[Result], console: Console) -> None:
    """Print a row for every endpoint: its certificate's issuer, when it ends, the protocol, and what is wrong."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Certificate", overflow="fold", max_width=22)
    table.add_column("Issuer", overflow="fold", max_width=14)
    table.add_column("Expires in", no_wrap=True, justify="right")
    table.add_column("TLS", no_wrap=True)
    table.add_column("What was found", overflow="fold")
    for result in results:
        table.add_row(
            Text(printable(result.name) + "\n") + status_of(result),
            Text(printable(_text(result, "issuer"))),
            Text(_left(result.measurements.get("seconds_left"))),
            Text(_text(result, "protocol").removeprefix("TLSv")),
            Text("\n").join(what_was_found(result)),
        )
    console.print(table)


def _text(result: Result, name: str) -> str:
    return str(result.measurements.get(name) or "–")


def _left(seconds: Measurement | None) -> str:
    return time_left(seconds) if isinstance(seconds, int) else "–"


def time_left(left: float) -> str:
    """Return the seconds until a certificate's end as the tables show them."""
    if left < 0:
        return f"{-left / _DAY:.0f} days ago" if left <= -2 * _DAY else f"{-left / 3600:.0f} h ago"
    return f"{left / _DAY:.0f} days" if left >= 2 * _DAY else f"{left / 3600:.0f} h"
