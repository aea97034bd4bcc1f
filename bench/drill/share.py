"""Schemas backed up and drilled, by the code that does it in production: which levels they reach, and what is said."""

from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from bench.drill.source import database
from caretaker.archive.objects import Bucket
from functions.verify.drill import drill
from tests.backed_up import back_up
from tests.integration.verify.conftest import means
from tests.postgres import PostgresServer


@dataclass(frozen=True)
class Outcome:
    """What the drill of a schema came to: the level, the tables, what was noted, set aside and replaced."""

    schema: str
    reached: str
    tables: int
    compared: int
    noted: tuple[str, ...]
    aside: tuple[str, ...]
    replaced: tuple[str, ...]

    @property
    def is_full(self) -> bool:
        """Whether every table was restored, and found to be what was saved."""
        return self.reached == "equal" and self.compared == self.tables


def outcome(schema: Path, server: PostgresServer, bucket: Bucket, programs: Path, folder: Path) -> Outcome:
    """Make a schema's database, back it up, drill the backup in a folder."""
    manifest = back_up(bucket, server, database(server, schema), programs, name=schema.stem)
    drilled = drill(manifest, means(bucket, programs, folder))
    proof = drilled.proof
    return Outcome(
        schema.stem,
        proof.reached or "nothing",
        proof.tables,
        proof.compared,
        tuple(f"{noted.code}: {noted.message}" for noted in proof.noted),
        proof.set_aside,
        drilled.replaced,
    )


def shown(outcomes: list[Outcome]) -> Table:
    """Return a table of what drills came to."""
    table = Table("schema", "reached", "compared", "said")
    for one in outcomes:
        said = [*one.noted, *(f"set aside: {what}" for what in one.aside), *one.replaced]
        table.add_row(one.schema, one.reached, f"{one.compared} of {one.tables}", "\n".join(said))
    return table
