"""A backup or a drill whose function was killed: it could tell nobody, but it never gave its lease back."""

from datetime import datetime

from caretaker.core.results import Finding, Result, Severity, judge
from caretaker.core.store.leases import Lease

DRILL = "drill/"


def drill_of(backup: str) -> str:
    """Return the name of the lease that keeps a backup, by its id, to one drill at a time."""
    return f"{DRILL}{backup}"


def unfinished(left: Lease, at: datetime) -> Result:
    """Return what a lease that has run out says of its database's backup; ``at`` is when that is seen."""
    finding = Finding(
        "dump-failed",
        Severity.CRITICAL,
        f"{left.holder} ended without a word: its function was killed, or ran out of memory or time",
        "See the end of the backup function's log. Unless caretaker backups lists it, nothing of that run counts; "
        "make one now: caretaker backup.",
    )
    return judge(left.name, [finding], observed_at=at, healthy="")
