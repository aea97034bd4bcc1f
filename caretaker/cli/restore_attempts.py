"""Restoring the backup that was chosen, and the next older one if it turns out to be damaged."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click
from rich.console import Console

from caretaker.archive.restoring.carrying_out import Restored, restore
from caretaker.archive.restoring.choosing import Choice, standing
from caretaker.archive.restoring.damage import Damaged
from caretaker.archive.restoring.plan import Plan
from caretaker.archive.restoring.preflight import Means, Wish, preflight
from caretaker.archive.restoring.reaching import Reached
from caretaker.archive.restoring.remarks import Remark
from caretaker.archive.restoring.target import look
from caretaker.cli.restore_progress import shown
from caretaker.cli.restore_shown import plan_json, print_plan, print_restored, restored_json
from caretaker.core.printable import printable

_NOT_AGREED = 2  # the exit code


@dataclass(frozen=True, slots=True)
class Manner:
    """How the command speaks with people: whether it only shows the plan, asks nothing, writes for programs."""

    only_plan: bool
    yes: bool
    as_json: bool

    @property
    def console(self) -> Console:
        """Where people read what is said: not where programs read JSON."""
        return Console(highlight=False, stderr=self.as_json)


def attempt_each(choice: Choice, place: Reached, wish: Wish, means: Means, manner: Manner) -> int:
    """Restore the first of the chosen backups that is not damaged; return the command's exit code.

    Raises what preflight and restoring raise.
    """
    why = choice.why
    damaged: list[str] = []
    for position, entry in enumerate(choice.entries):
        try:
            plan = preflight(entry, look(place), wish, means)
            warning = (Remark("asks", choice.warning),) if choice.warning and position == 0 else ()
            return _attempt(plan.also(*warning), why, means, manner, damaged)
        except Damaged as found:
            damaged.append(f"{entry.manifest.id.text} is damaged: {printable(str(found))}")
            for text in (damaged[-1], *getattr(found, "__notes__", ())):
                click.echo(text, err=True)
        if position + 1 < len(choice.entries):
            why = f"the newest proven one before it: {standing(choice.entries[position + 1])}"
            click.echo("The next older backup is taken instead.\n", err=True)
    click.echo("There is no older proven backup to take instead; nothing was restored.", err=True)
    if manner.as_json:
        _print_json(None, why, None, damaged)
    return 1


def _attempt(plan: Plan, why: str, means: Means, manner: Manner, damaged: Sequence[str]) -> int:
    print_plan(plan, why, manner.console)
    restored = None
    if not manner.only_plan and plan.may_begin:
        _agreed(plan, manner)
        with _untouched_unless_noted(), shown() as progress:
            restored = restore(plan, means, progress)
        print_restored(restored, manner.console)
    if manner.as_json:
        _print_json(plan, why, restored, damaged)
    if restored is None:
        return 0 if plan.may_begin and manner.only_plan else 1
    return 0 if restored.is_equal else 1


def _agreed(plan: Plan, manner: Manner) -> None:
    """Let people agree to what asks for it, or end the command."""
    if not plan.asks or manner.yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("this has to be agreed to (what is marked with mind): add --yes. Nothing was done.")
    try:
        agreed = click.confirm("Restore all the same?", err=True)
    except click.Abort:
        click.echo("\nNothing was done.", err=True)  # ^C stands in the question's line
        raise
    if not agreed:
        click.echo("Nothing was done.", err=True)
        raise click.exceptions.Exit(_NOT_AGREED)


@contextmanager
def _untouched_unless_noted() -> Iterator[None]:
    """Say of a restore that was ended before it came to the target that it has not."""
    try:
        yield
    except KeyboardInterrupt as ended:
        if not getattr(ended, "__notes__", ()):
            ended.add_note("nothing was changed")
        raise


def _print_json(plan: Plan | None, why: str, restored: Restored | None, damaged: Sequence[str]) -> None:
    shown = {
        "plan": plan_json(plan, why) if plan else None,
        "result": restored_json(restored) if restored else None,
        "damaged": list(damaged),
    }
    click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
