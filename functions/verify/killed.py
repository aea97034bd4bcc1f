"""Drills whose function was killed: their leases have run out, and were never given back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from caretaker.archive.entries import Entry
from caretaker.archive.unfinished import DRILL, drill_of
from caretaker.core.results import Finding, Severity
from caretaker.core.store import leases
from caretaker.core.store.leases import Lease
from caretaker.core.store.table import Table
from functions.verify.dispatch import is_undrilled


def killed_drills(table: Table, entries: Iterable[Entry], now: datetime) -> list[Lease]:
    """Return what killed drills have left of backups that nobody has drilled since: the next drill takes it over.

    Of any other backup it is let go: that one is drilled only if somebody asks, who then sees how it ends.
    """
    undrilled = {drill_of(entry.manifest.id.text): is_undrilled(entry) for entry in entries}
    left = leases.abandoned(table, undrilled, now)
    for lease in left:
        if not undrilled[lease.name]:
            leases.give_back(table, lease)
    return [lease for lease in left if undrilled[lease.name]]


def told_of(left: Sequence[Lease]) -> Finding:
    """Return what killed drills of a database mean."""
    each = ", ".join(f"{lease.name.removeprefix(DRILL)} ({lease.holder})" for lease in left)
    return Finding(
        "drill-unavailable",
        Severity.MEDIUM,
        f"drills ended without a word, for the function was killed, or ran out of memory or time: {each}",
        "See the end of verify's log; it may need more memory (VerifyMemoryMegabytes). Each is held again by the next "
        "daily run, or now: caretaker verify.",
    )
