"""``caretaker cleanup``: let old backups go now, or see which would go and why."""

import json
import os
from datetime import UTC, datetime
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.cli.deployed import deployed, is_local, told_in_words
from caretaker.cli.invoke import run_now
from caretaker.core.printable import printable
from caretaker.core.results import moment, timestamp
from caretaker.core.sizes import spoken_size


@click.command()
@click.option("--plan", is_flag=True, help="Only say what would go and why; nothing goes.")
@click.option("--json", "as_json", is_flag=True, help="For programs: the function's whole answer.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
@click.pass_context
def cleanup(ctx: click.Context, plan: bool, as_json: bool, endpoint_url: str | None, stack: str | None) -> None:
    """Let old backups go now, as every day, and clear up what failed runs have left.

    The rules are those of the deployed stack. Exits with 1 if something could not be deleted or is wrong.
    """
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    now = datetime.now(UTC)
    with told_in_words(is_local(endpoint)):
        event = {"scheduled_at": timestamp(now), "plan": plan}
        answer, failed = run_now(deployed(stack, endpoint), "cleanup", json.dumps(event).encode())
    if as_json:
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    elif failed:
        click.echo(f"cleanup failed: {printable(str(answer.get('errorMessage', answer)))}", err=True)
    else:
        _print(answer, now, plan=plan)
    wrong = failed or bool(answer.get("refused")) or answer.get("result", {}).get("status", "ok") != "ok"
    ctx.exit(1 if wrong or "busy" in answer else 0)


def _print(answer: dict[str, Any], now: datetime, *, plan: bool) -> None:
    console = Console(highlight=False)
    if "busy" in answer:
        console.print(Text(f"Nothing was done: {printable(answer['busy'])}"))
        return
    rows = answer.get("backups", [])
    if rows:
        console.print(_table(rows, now))
    if answer.get("left_out"):
        console.print(f"… and {answer['left_out']:,} more that stay")
    for refused in answer.get("refused", []):
        console.print(Text(printable(refused), style="bold red"))
    for finding in answer.get("result", {}).get("findings", []):
        console.print(Text(f"{finding['code']}: {printable(finding['message'])}"))
        console.print(Text(f"→ {printable(finding['fix'])}", style="dim"))
    console.print(_sum(answer, plan=plan))


def _sum(answer: dict[str, Any], *, plan: bool) -> str:
    measured = answer.get("result", {}).get("measurements", {})
    expired, kept = answer.get("expired", 0), answer.get("kept", 0)
    if plan:
        return f"{expired:,} would go, {kept:,} stay. Nothing was deleted."
    went, freed = measured.get("expired", 0), spoken_size(int(measured.get("bytes", 0)))
    stay = measured.get("kept", kept)
    return f"{went:,} went ({freed}), {stay:,} stay. What went can be had back: caretaker undelete ID"


def _table(rows: list[dict[str, Any]], now: datetime) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Backup", no_wrap=True)
    table.add_column("Of", overflow="fold", max_width=10)
    table.add_column("Age", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("Why", overflow="fold")
    for row in rows:
        days = (now - moment(row["as_of"])).days
        verdict = Text("goes", style="bold red") if row["expires"] else Text("stays", style="green")
        table.add_row(row["id"], Text(printable(row["database"])), f"{days} d", verdict, Text(printable(row["reason"])))
    return table
