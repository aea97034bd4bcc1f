"""Results as a table for people."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.core.printable import printable
from caretaker.core.results import Finding, Result, Status

STYLES = {Status.OK: "green", Status.UNKNOWN: "magenta", Status.DEGRADED: "yellow", Status.DOWN: "bold red"}
_ORDER = (Status.DOWN, Status.DEGRADED, Status.UNKNOWN, Status.OK)
_MOST_FINDINGS = 5


def print_report(results: Sequence[Result], seconds: float) -> None:
    """Print what was found on stdout: a row for every check, and a summary. ``seconds`` is how long it took."""
    console = Console(highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Check", overflow="fold", max_width=24)
    table.add_column("Status", no_wrap=True)
    table.add_column("Time", justify="right", no_wrap=True)
    table.add_column("What was found", overflow="fold")
    for result in results:
        found = Text("\n").join(_found(result))
        table.add_row(Text(result.check), _status(result), Text(_time(result)), found)
    console.print(table)
    console.print()
    console.print(_summary(results, seconds))


def _status(result: Result) -> Text:
    shown = Text(str(result.status), style=STYLES[result.status])
    if result.severity is not None and result.status is not Status.OK:
        shown.append(f"\n{result.severity}", style="dim")
    return shown


def _time(result: Result) -> str:
    seconds = result.measurements.get("seconds")
    if isinstance(seconds, str) or seconds is None:
        return "–"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _found(result: Result) -> Iterator[Text]:
    if not result.findings:
        yield Text(printable(result.summary))
    shown = result.findings[:_MOST_FINDINGS]
    for finding, following in zip_longest(shown, shown[1:]):
        yield Text(printable(finding.message), style=_style(finding))
        if following is None or following.fix != finding.fix:
            yield Text(f"→ {printable(finding.fix)}", style="dim")
    if len(result.findings) > _MOST_FINDINGS:
        yield Text(f"and {len(result.findings) - _MOST_FINDINGS} more findings (--json shows all)", style="dim")


def _style(finding: Finding) -> str:
    return "" if finding.status is Status.OK else STYLES[finding.status]


def _summary(results: Sequence[Result], seconds: float) -> Text:
    counted = Counter(result.status for result in results)
    shown = Text(f"{len(results)} check{'' if len(results) == 1 else 's'} in {seconds:.1f} s: ")
    parts = [Text(f"{counted[status]} {status}", style=STYLES[status]) for status in _ORDER if counted[status]]
    return shown + Text(", ").join(parts) + Text(".")
