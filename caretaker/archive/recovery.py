"""What a restore now would bring back, and how long it would take: from backups and their proofs alone."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from caretaker.archive.entries import Entry
from caretaker.archive.proof import Level
from caretaker.archive.provenness import predicted_restore


@dataclass(frozen=True, slots=True)
class Recovery:
    """Of a database: the newest backup that a drill found to be good, and when its snapshot was taken, if there is one.

    ``reached`` is how far that drill came, ``seconds`` how long its restore would take, None if none was measured.
    """

    database: str
    backup: str = ""
    restorable_to: datetime | None = None
    reached: Level | None = None
    seconds: float | None = None


def recoveries(entries: Iterable[Entry], databases: Collection[str]) -> list[Recovery]:
    """Return the recovery of each database that has backups (the newest first), or should have, by their names."""
    of: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        of[entry.manifest.id.database].append(entry)
    return [_recovery(name, of[name]) for name in sorted({*databases, *of})]


def _recovery(database: str, entries: Sequence[Entry]) -> Recovery:
    for entry in entries:
        if entry.proof and entry.is_good:
            seconds, made = predicted_restore(entry.manifest, entries), entry.manifest
            return Recovery(database, made.id.text, made.as_of, entry.proof.reached, seconds)
    return Recovery(database)
