"""What has to be true of the night's backup, its proof and its restore, and what was not."""

from collections.abc import Iterator, Mapping, Sequence

from caretaker.archive.entries import Entry
from caretaker.archive.proof import Proof
from caretaker.demo.command import Said

Rows = Mapping[str, int]  # by table


def not_proven(backups: Sequence[Entry], rows: Rows) -> list[str]:
    """Return what speaks against there being one backup, of all these rows, that its drill has found to be equal."""
    if len(backups) != 1:
        return [f"{len(backups) or 'no'} backups were made, and should have been one"]
    [backup] = backups
    name, totals = backup.manifest.id.text, backup.manifest.totals
    wrong = []
    if (totals.tables, totals.rows) != (len(rows), sum(rows.values())):
        wrong.append(f"{name} has {totals.rows} rows in {totals.tables} tables, and not {_spoken(rows)}")
    if backup.proof is None:
        return [*wrong, f"no drill of {name} was held"]
    return [*wrong, *_unproven(name, backup.proof)]


def not_restored(said: Said, before: Rows, after: Rows) -> list[str]:
    """Return what speaks against a restore having brought back all that there was before."""
    differ = (
        f"{table} has {after.get(table, 'no')} rows after the restore, and had {before.get(table, 'no')}"
        for table in sorted(before.keys() | after.keys())
        if before.get(table) != after.get(table)
    )
    return [*_failed(said), *differ]


def not_kept(said: Said, backup: Entry) -> list[str]:
    """Return what speaks against a cleanup's plan that lets the only backup be."""
    name = backup.manifest.id.text
    rows = [line.split() for line in said.lines if name in line]
    kept = any("stays" in row for row in rows) and not any("goes" in row for row in rows)
    return [*_failed(said), *([] if kept else [f"the plan of a cleanup does not keep {name}"])]


def _unproven(name: str, proof: Proof) -> Iterator[str]:
    if proof.reached != "equal":
        yield f"the drill of {name} reached {proof.reached or 'nothing'}, and should have reached equal"
    if proof.compared != proof.tables:
        yield f"the drill of {name} compared {proof.compared} of {proof.tables} tables"
    for noted in proof.noted:
        yield f"the drill of {name} noted {noted.code}: {noted.message}"


def _failed(said: Said) -> Iterator[str]:
    if said.code:
        last = next((line.strip() for line in reversed(said.lines) if line.strip()), "it said nothing")
        yield f"{' '.join(said.typed.split()[:2])} ended with {said.code}: {last}"


def _spoken(rows: Rows) -> str:
    return f"{sum(rows.values())} in {len(rows)}"
