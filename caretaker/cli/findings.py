"""Statuses and findings as people see them."""

from collections.abc import Iterator
from itertools import zip_longest

from rich.text import Text

from caretaker.core.results import Finding, Result, Status

STYLES = {Status.OK: "green", Status.UNKNOWN: "magenta", Status.DEGRADED: "yellow", Status.DOWN: "bold red"}
_MOST_FINDINGS = 5


def status_of(result: Result) -> Text:
    """Return the status of a Result, with its severity below it."""
    shown = Text(str(result.status), style=STYLES[result.status])
    if result.severity is not None and result.status is not Status.OK:
        shown.append(f"\n{result.severity}", style="dim")
    return shown


def what_was_found(result: Result) -> Iterator[Text]:
    """Yield the lines that say what a look found, and what to do."""
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


def printable(text: str) -> str:
    """Return a text without what would control a terminal."""
    # What a server answered may hold sequences that control a terminal.
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
