"""``caretaker verify``: a drill now, and what it found."""

import os
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.archive import proof_file
from caretaker.archive.identity import backup_id
from caretaker.archive.proof import LEVELS, Proof
from caretaker.archive.proof_file import UnreadableProof
from caretaker.cli.deployed import Deployed, deployed, is_local, told_in_words
from caretaker.cli.requested import followed, start
from caretaker.cli.standing import standings
from caretaker.core.printable import printable
from caretaker.core.sizes import spoken_size

_DRILLS = "verify"  # the kind of what is judged of them


@dataclass(frozen=True, slots=True)
class _Held:
    """A drill that was held: its proof, and what stood there for what its server does not have."""

    proof: Proof
    replaced: Sequence[str]


@click.command()
@click.argument("database", required=False, default="")
@click.argument("backup", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON, without DATABASE a list of them.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
@click.pass_context
def verify(
    ctx: click.Context, database: str, backup: str, as_json: bool, endpoint_url: str | None, stack: str | None
) -> None:
    """Drill a backup of DATABASE now: BACKUP, by its id, or the newest; wait for it, and show how far it came.

    Without DATABASE, the newest backup of each one. Exits with 1 if a backup is not proven.
    """
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    with told_in_words(is_local(endpoint)):
        known = deployed(stack, endpoint)
        held, refused = _one(known, database, backup) if database else _all(known)
    if as_json:
        records = [proof_file.encode(one.proof).decode().rstrip() for one in held]
        click.echo(records[0] if database else f"[{', '.join(records)}]")
    else:
        for number, one in enumerate(held):
            click.echo("\n" if number else "", nl=False)
            print_proof(one.proof, one.replaced)
    for name, reason in refused.items():
        click.echo(f"{name}: {reason}", err=True)
    ctx.exit(0 if not refused and all(one.proof.is_good for one in held) else 1)


def _one(known: Deployed, database: str, backup: str) -> tuple[list[_Held], dict[str, str]]:
    return [_held(known, start(known, "verify", {"database": database, "backup": backup}))], {}


def _all(known: Deployed) -> tuple[list[_Held], dict[str, str]]:
    """Drill every database's newest backup at once; return what was held, and why nothing was of the others."""
    judged = standings(known.table, _DRILLS, datetime.now(UTC))
    names = sorted(one.check.removeprefix(f"{_DRILLS}/") for one in judged)
    if not names:
        raise click.UsageError(
            "verify has judged no database yet, which it does every hour: name one (caretaker verify DATABASE)"
        )
    started = {name: start(known, "verify", {"database": name}) for name in names}
    held: list[_Held] = []
    refused: dict[str, str] = {}
    for name, request in started.items():
        try:
            held.append(_held(known, request))
        except click.ClickException as reason:
            refused[name] = reason.message
    return held, refused


def _held(known: Deployed, request: str) -> _Held:
    """Wait for the end of a request, and return what it came to."""
    console = Console(stderr=True)
    with console.status("drilling the backup") if console.is_terminal else nullcontext():
        *_, end = followed(known.table, "verify", request)
    if "proof" not in end.details:
        raise click.UsageError("the stack's verify is older than this command: deploy this version (make deploy)")
    identity = backup_id(str(end.details["key"]))
    assert identity is not None, "the function stores records beside backups only"
    try:
        return _Held(proof_file.decode(str(end.details["proof"]).encode(), identity), end.details.get("replaced", []))
    except UnreadableProof as unreadable:
        raise click.ClickException(str(unreadable)) from unreadable


def print_proof(proof: Proof, replaced: Sequence[str]) -> None:
    """Print what a drill came to; ``replaced`` says what stood there for what its server does not have."""
    console = Console(highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("Level", "Reached", "Took", "A second"):
        table.add_column(name, no_wrap=True)
    for level in LEVELS:
        step = proof.step(level)
        rate = spoken_size(int(step.rate)) if step and step.rate else ""
        table.add_row(level, "yes" if step else "no", f"{step.seconds:.1f} s" if step else "", rate)
    console.print(Text(f"{proof.backup.text} of {proof.backup.database}"))
    console.print(table)
    if proof.on == "target":
        console.print("held on your server for drills")
    console.print(f"{proof.compared:,} of {proof.tables:,} tables are equal to what was backed up")
    for name in proof.set_aside:
        console.print(Text(f"set aside: {printable(name)}"))
    for what in replaced:
        console.print(Text(f"in the drill: {printable(what)}"))
    for noted in proof.noted:
        console.print(Text(f"{noted.code}: {printable(noted.message)}"))
