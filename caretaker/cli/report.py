"""Results as a table for people."""

from collections import Counter
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.cli.certificate_report import print_certificates
from caretaker.cli.findings import STYLES, status_of, what_was_found
from caretaker.core.results import Result, Status

_ORDER = (Status.DOWN, Status.DEGRADED, Status.UNKNOWN, Status.OK)


def print_report(results: Sequence[Result], seconds: float) -> None:
    """Print what was found on stdout: a row for every check, and a summary. ``seconds`` is how long it took."""
    console = Console(highlight=False)
    certificates = [result for result in results if result.kind == "cert"]
    others = [result for result in results if result.kind != "cert"]
    if others:
        _print_checks(others, console)
    if certificates:
        if others:
            console.print()
        print_certificates(certificates, console)
    console.print()
    console.print(_summary(results, seconds))


def _print_checks(results: Sequence[Result], console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Check", overflow="fold", max_width=24)
    table.add_column("Status", no_wrap=True)
    table.add_column("Time", justify="right", no_wrap=True)
    table.add_column("What was found", overflow="fold")
    for result in results:
        table.add_row(
            Text(result.check), status_of(result), Text(_time(result)), Text("\n").join(what_was_found(result))
        )
    console.print(table)


def _time(result: Result) -> str:
    seconds = result.measurements.get("seconds")
    if isinstance(seconds, str) or seconds is None:
        return "–"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _summary(results: Sequence[Result], seconds: float) -> Text:
    counted = Counter(result.status for result in results)
    shown = Text(f"{len(results)} check{'' if len(results) == 1 else 's'} in {seconds:.1f} s: ")
    parts = [Text(f"{counted[status]} {status}", style=STYLES[status]) for status in _ORDER if counted[status]]
    return shown + Text(", ").join(parts) + Text(".")
