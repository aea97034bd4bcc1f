"""Proofs for tests: what a drill came to, and backups with what became of them."""

from datetime import datetime, timedelta
from typing import Any

from caretaker.archive.entries import Entry
from caretaker.archive.identity import BackupId, Kind
from caretaker.archive.proof import Level, Noted, Proof
from tests.backups import AT, manifest


def proof(backup: BackupId, reached: Level | None = "equal", *codes: str, at: datetime | None = None) -> Proof:
    """Return what a drill of two minutes came to; ``codes`` are what it complained of."""
    began = at or backup.at + timedelta(hours=1)
    noted = tuple(Noted(code, f"{code} of a test") for code in codes)
    return Proof(backup, began, began + timedelta(minutes=2), reached, noted, (), 12, 12, (), "18.1", "0.1.0")


def backed_up(
    at: datetime = AT,
    reached: Level | None = "equal",
    *codes: str,
    kind: Kind = "daily",
    database: str = "main",
    drilled: bool = True,
    held: bool = False,
    **changes: Any,  # of any field of the manifest
) -> Entry:
    """Return a backup whose snapshot was taken then, and its last drill."""
    identity = BackupId(database, kind, at)
    made = manifest(at, **{"id": identity, "began_at": at, "dumped_at": at, **changes})
    return Entry(made, proof(identity, reached, *codes) if drilled else None, held)
