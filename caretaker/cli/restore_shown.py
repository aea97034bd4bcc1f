"""What is planned, and what came of it, in words."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.archive.receipt import spoken_as_of
from caretaker.archive.restoring.carrying_out import Restored
from caretaker.archive.restoring.choosing import standing
from caretaker.archive.restoring.plan import Plan
from caretaker.archive.restoring.preflight import dump_of
from caretaker.archive.restoring.remarks import Weight
from caretaker.core.durations import spoken
from caretaker.core.printable import printable
from caretaker.core.results import timestamp
from caretaker.core.sizes import spoken_size

_SHOWN = 20  # differences, and errors
_STYLES: dict[Weight, str] = {"note": "", "asks": "yellow", "stops": "bold red"}
_WORDS: dict[Weight, str] = {"note": "", "asks": "mind: ", "stops": "in the way: "}


def print_plan(plan: Plan, why: str, console: Console) -> None:
    """Print what is going to be done, and all that is to be said of it."""
    _print_rows(_planned(plan, why), console)
    for remark in plan.remarks:
        text = f"{_WORDS[remark.weight]}{remark.message}"
        console.print(Text(printable(text), style=_STYLES[remark.weight]))
        if remark.fix:
            console.print(Text(f"→ {printable(remark.fix)}"))


def print_restored(restored: Restored, console: Console) -> None:
    """Print what came of it, the worst first."""
    _print_rows(_came(restored), console)
    comparison = restored.comparison
    differences = [one.message for one in comparison.differences] if comparison else [restored.not_compared]
    for title, messages in (("different", differences), ("not made", restored.errors), ("note", restored.notes)):
        for message in messages[:_SHOWN]:
            console.print(Text(f"{title}: {printable(message)}", style="" if title == "note" else "bold red"))
        if len(messages) > _SHOWN:
            console.print(f"{title}: {len(messages) - _SHOWN} more")


def plan_json(plan: Plan, why: str) -> dict[str, Any]:
    """Return the plan for programs."""
    manifest = plan.entry.manifest
    return {
        "backup": manifest.id.text,
        "why": why,
        "proven": plan.entry.is_good,
        "as_of": timestamp(manifest.as_of),
        "server": plan.target.admin.peer,
        "database": plan.target.database,
        "creates": plan.creates,
        "to_file": plan.way.to_file,
        "jobs": plan.way.jobs,
        "in_transaction": plan.way.in_transaction,
        "may_begin": plan.may_begin,
        "remarks": [{"weight": each.weight, "message": each.message, "fix": each.fix} for each in plan.remarks],
    }


def restored_json(restored: Restored) -> dict[str, Any]:
    """Return what came of it, for programs."""
    comparison = restored.comparison
    return {
        "equal": restored.is_equal,
        "tables": comparison.tables if comparison else None,
        "compared": comparison.compared if comparison else 0,
        "equal_tables": comparison.equal if comparison else None,
        "not_compared": restored.not_compared,
        "differences": [one.message for one in comparison.differences] if comparison else [],
        "errors": list(restored.errors),
        "notes": list(restored.notes),
        "seconds": dict(restored.seconds),
    }


def _planned(plan: Plan, why: str) -> Iterator[tuple[str, str]]:
    manifest, target = plan.entry.manifest, plan.target
    dump = dump_of(manifest)
    yield "backup", manifest.id.text
    yield "because", why
    yield "as of", spoken_as_of(manifest)
    if standing(plan.entry) not in why:
        yield "proof", standing(plan.entry)
    yield (
        "holds",
        f"{manifest.totals.tables:,} tables, {spoken_size(dump.raw_bytes)} ({spoken_size(dump.bytes)} stored)",
    )
    new = "made anew" if plan.anew else "there already" if target.exists else "new"
    yield "to", f"{target.database} ({new}) on {target.admin.peer}, PostgreSQL {target.version}"
    yield "how", str(plan.way)
    yield "owners", "as they were" if plan.keep_owner else f"{target.admin.user} owns everything; no privileges"


def _came(restored: Restored) -> Iterator[tuple[str, str]]:
    plan, comparison = restored.plan, restored.comparison
    yield "restored", f"{plan.entry.manifest.id.text} to {plan.target.database} on {plan.target.admin.peer}"
    if comparison:
        aside = (
            f"; {comparison.tables - comparison.compared} set aside" if comparison.compared < comparison.tables else ""
        )
        yield "compared", f"{comparison.equal} of {comparison.tables} tables equal{aside}"
    else:
        yield "compared", "no: it is not known whether all of it is there"
    took = ", ".join(f"{stage} {spoken(round(seconds))}" for stage, seconds in restored.seconds.items())
    yield "took", took


def _print_rows(rows: Iterator[tuple[str, str]], console: Console) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, Text(printable(value)))
    console.print(table)
