"""``caretaker incidents``: what happened, and the timeline of one incident."""

import difflib
import json
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.cli.deployed import deployed, is_local, told_in_words
from caretaker.cli.findings import STYLES
from caretaker.core.availability import Change
from caretaker.core.durations import spoken
from caretaker.core.printable import printable
from caretaker.core.results import Status, timestamp
from caretaker.core.store import incident_index, timelines
from caretaker.core.store.timelines import Entry

_UNITS = {"h": "hours", "d": "days"}


def _since(_context: click.Context, _option: click.Parameter, text: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,3})([hd])", text)
    if found is None:
        raise click.BadParameter(f"{text!r} is no time: write 24h or 30d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command()
@click.argument("incident", required=False)
@click.option("--since", default="30d", callback=_since, help="How far to look back: 24h, 30d.  [default: 30d]")
@click.option("--markdown", default=None, metavar="FILE", help="Write the timeline as Markdown; - prints it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
def incidents(
    incident: str | None,
    since: timedelta,
    markdown: str | None,
    as_json: bool,
    endpoint_url: str | None,
    stack: str | None,
) -> None:
    """List incidents, or show the timeline of INCIDENT: what happened, how long, who was told when.

    With cert/NAME, show when that endpoint's certificate was renewed.
    """
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    if markdown and not incident:
        raise click.UsageError("--markdown needs an incident: caretaker incidents ID --markdown FILE")
    now = datetime.now(UTC)
    with told_in_words(is_local(endpoint)):
        table = deployed(stack, endpoint).table
        if incident is None:
            found = list(incident_index.changes(table, now - since, now + timedelta(days=1)))
            _list([change for change in found if change.at >= now - since], as_json=as_json)
            return
        is_endpoint = incident.startswith("cert/")
        timeline = list((timelines.renewals if is_endpoint else timelines.entries)(table, incident))
        if not timeline and is_endpoint:
            raise click.UsageError(f"no renewal of the certificate of {incident} was seen yet.")
        if not timeline:
            known = {change.incident for change in incident_index.changes(table, now - timedelta(days=400), now)}
            raise click.UsageError(f"there is no incident {incident!r}.{_nearest(incident, known)}")
    if as_json:
        click.echo(json.dumps({"incident": incident, "timeline": [one.to_json() for one in timeline]}, indent=2))
    elif markdown == "-":
        click.echo(as_markdown(incident, timeline), nl=False)
    elif markdown:
        Path(markdown).write_text(as_markdown(incident, timeline), "utf-8")
        click.echo(f"The timeline is in {markdown}.")
    else:
        _print_timeline(incident, timeline)


def _nearest(incident: str, known: set[str]) -> str:
    close = difflib.get_close_matches(incident, known, n=3)
    return f" Did you mean {' or '.join(close)}?" if close else " caretaker incidents lists them."


def _list(changes: Sequence[Change], *, as_json: bool) -> None:
    latest: dict[str, list[Change]] = {}
    for change in changes:
        latest.setdefault(change.incident, []).append(change)
    if as_json:
        shown = [_shown(incident, entries) for incident, entries in latest.items()]
        click.echo(json.dumps({"incidents": shown}, indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False)
    if not latest:
        console.print("There was no incident in this time.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in ("Since", "Lasted", "Worst"):
        table.add_column(column, no_wrap=True)
    table.add_column("What", overflow="fold")  # wide, as people copy the identifiers in it
    for incident, entries in sorted(latest.items(), key=lambda one: one[1][0].since, reverse=True):
        last = entries[-1]
        is_over = last.event in ("resolved", "unwatched")
        lasted = spoken(int((last.at - last.since).total_seconds())) if is_over else "open"
        style = "" if is_over else STYLES[Status.DOWN]
        what = Text(f"{entries[0].check}: {printable(entries[0].summary)}").append(f"\n{incident}", style="dim")
        table.add_row(f"{last.since:%d %b %H:%M}", Text(lasted, style=style), last.severity, what)
    console.print(table)


def _shown(incident: str, entries: Sequence[Change]) -> dict[str, object]:
    first, last = entries[0], entries[-1]
    is_over = last.event in ("resolved", "unwatched")
    return {
        "incident": incident,
        "check": first.check,
        "since": timestamp(first.since),
        "until": timestamp(last.at) if is_over else None,
        "severity": last.severity,
        "summary": first.summary,
        "events": [{"event": one.event, "at": timestamp(one.at)} for one in entries],
    }


def _print_timeline(incident: str, timeline: Sequence[Entry]) -> None:
    console = Console(highlight=False)
    console.print(Text(incident, style="bold"))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for entry in timeline:
        table.add_row(f"{entry.at:%d %b %H:%M:%S}", Text(entry.what, style="bold"), Text(printable(entry.text)))
    console.print(table)


def as_markdown(incident: str, timeline: Sequence[Entry]) -> str:
    """Return a timeline as somebody would put it into a report."""
    rows = [f"| {entry.at:%Y-%m-%d %H:%M:%S} | {entry.what} | {_cell(entry.text)} |" for entry in timeline]
    head = [f"# Incident {incident}", "", "| time (UTC) | what | more |", "|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _cell(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
