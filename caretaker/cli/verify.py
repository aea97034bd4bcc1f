"""``caretaker verify``: a drill now, and what it found."""

import os
from collections.abc import Sequence
from contextlib import nullcontext

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from caretaker.archive import proof_file
from caretaker.archive.identity import backup_id
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.proof import LEVELS, Proof
from caretaker.archive.proof_file import UnreadableProof
from caretaker.cli.deployed import Deployed, deployed, is_local, told_in_words
from caretaker.cli.requested import followed, start
from caretaker.core.printable import printable
from caretaker.core.sizes import spoken_size
from caretaker.core.store import requests


@click.command()
@click.argument("database")
@click.argument("backup", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON, for programs.")
@click.option("--endpoint-url", default=None, help="Where AWS is, instead of AWS_ENDPOINT_URL.")
@click.option("--stack", default=None, help="The deployed stack; by default samconfig.toml's.")
@click.pass_context
def verify(
    ctx: click.Context, database: str, backup: str, as_json: bool, endpoint_url: str | None, stack: str | None
) -> None:
    """Drill a backup of DATABASE now: BACKUP, by its id, or the newest; wait for it, and show how far it came.

    Exits with 1 if the backup is not proven.
    """
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    try:
        with told_in_words(is_local(endpoint)):
            known = deployed(stack, endpoint)
            ended = _ended(known, start(known, "verify", {"database": database, "backup": backup}))
            proof = _proof(known, ended)
    except (StorageFailed, UnreadableProof) as failure:
        raise click.ClickException(str(failure)) from failure
    if as_json:
        click.echo(proof_file.encode(proof).decode().rstrip())
    else:
        print_proof(proof, ended.details.get("replaced", []))
    ctx.exit(0 if proof.is_good else 1)


def _ended(known: Deployed, request: str) -> requests.Progress:
    """Wait for the end of a request, and return it."""
    console = Console(stderr=True)
    with console.status("drilling the backup") if console.is_terminal else nullcontext():
        *_, end = followed(known.table, "verify", request)
    return end


def _proof(known: Deployed, ended: requests.Progress) -> Proof:
    key = str(ended.details["key"])
    identity = backup_id(key)
    assert identity is not None, "the function stores records beside backups only"
    bucket = Bucket(known.client("s3"), known.output("BackupBucketName"))
    return proof_file.decode(bucket.get(key, proof_file.LARGEST), identity)


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
