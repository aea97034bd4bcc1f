"""What the backups that there are, and what was done about them, come to."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from caretaker.archive.entries import Entry
from caretaker.archive.retention import Decision, is_ahead, is_past
from caretaker.core.config import CleanupConfig, Retention
from caretaker.core.durations import spoken
from caretaker.core.results import Finding, Measurement, Result, Severity, judge
from caretaker.core.sizes import spoken_size
from functions.cleanup.clearing import Cleared
from functions.cleanup.deleting import Failure
from functions.cleanup.leftovers import Leftovers
from functions.cleanup.survey import Survey

_FOR_ITS_DRILL = timedelta(hours=26)  # a backup that is younger may still wait for its drill
_NAMED = 5


def judged(
    check: str,
    at: datetime,
    now: datetime,
    config: CleanupConfig,
    seen: Survey,
    decisions: Sequence[Decision],
    cleared: Cleared,
    refused: Sequence[Finding],
) -> Result:
    """Return the Result of a run. ``refused`` says why nothing was deleted, if so."""
    findings = [*refused, *_deletions(cleared.failures), *_leftovers(cleared.leftovers)]
    if config.retention:
        findings += _backups(config.databases, seen.backups.entries, config.retention, now)
    expired, freed = len(cleared.backups), cleared.objects.bytes
    kept = len(decisions) - expired
    healthy = f"{kept:,} backups kept, {expired:,} expired, {spoken_size(freed)} freed"
    return judge(check, findings, observed_at=at, healthy=healthy, measurements=_measured(seen, cleared, kept))


def _measured(seen: Survey, cleared: Cleared, kept: int) -> Mapping[str, Measurement]:
    return {
        "kept": kept,
        "expired": len(cleared.backups),
        "bytes": cleared.objects.bytes,
        "objects": len(cleared.objects.done),
        "orphans": sum(
            len(group) for group in (*cleared.leftovers.orphans.values(), *cleared.leftovers.young.values())
        ),
        "uploads": cleared.uploads,
        "foreign": seen.foreign,
        "unreadable": len(seen.backups.damaged),
    }


def _backups(databases: Sequence[str], backups: Sequence[Entry], policy: Retention, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the backups of each configured database; a missing one is freshness' to say."""
    for database in databases:
        drilled = [entry for entry in backups if entry.manifest.id.database == database and _is_due(entry, now)]
        good = [entry for entry in drilled if entry.is_good]
        if drilled and not good:
            yield _nothing_verified(database, len(drilled))
        elif drilled:
            yield from _window_at_risk(database, drilled, good, policy, now)


def _deletions(failures: Sequence[Failure]) -> Iterator[Finding]:
    """Yield ``delete-failed`` if something could not be deleted."""
    if failures:
        first = failures[0]
        more = f", and so with {len(failures) - 1:,} more" if len(failures) > 1 else ""
        yield Finding(
            "delete-failed",
            Severity.HIGH,
            f"{first.key} could not be deleted{more}: {first.reason}",
            "Nothing is lost, and the next run tries again. A lock is meant: wait until it ends. "
            "Else look at the policies of the cleanup function's role and of the bucket.",
            measured=f"{len(failures):,} objects",
        )


def _leftovers(found: Leftovers) -> Iterator[Finding]:
    """Yield ``orphan-found`` if objects belong to no backup."""
    groups = {**found.orphans, **found.young}
    if groups:
        names = [f"{backup.database}/{backup.text}" for backup in groups]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        objects = [listed for group in groups.values() for listed in group]
        size = spoken_size(sum(listed.bytes for listed in objects))
        yield Finding(
            "orphan-found",
            Severity.LOW,
            f"{len(objects):,} objects ({size}) belong to no backup, left by runs that failed: "
            f"{', '.join(names[:_NAMED])}{more}",
            "Nothing is to be done: 48 hours after they were written they are removed.",
            measured=f"{len(objects):,} objects",
        )


def _is_due(entry: Entry, now: datetime) -> bool:
    """Whether a backup counts: one that has no drill yet, but is new, is neither good nor bad."""
    if is_ahead(entry, now):
        return False
    return entry.proof is not None or now - entry.manifest.as_of > _FOR_ITS_DRILL


def _nothing_verified(database: str, number: int) -> Finding:
    return Finding(
        "nothing-verified",
        Severity.HIGH,
        f"of {number:,} backups of {database} none was found to be good: nothing of them is deleted",
        f"Look at verify/{database}; prove the newest one now: caretaker verify {database}",
        measured="no good backup",
    )


def _window_at_risk(
    database: str, drilled: Sequence[Entry], good: Sequence[Entry], policy: Retention, now: datetime
) -> Iterator[Finding]:
    """Few backups are no risk as long as there were never more: a new database has to begin."""
    window = spoken(int(policy.daily))
    inside = [entry for entry in good if entry.manifest.id.kind != "daily" or not is_past(entry, policy, now)]
    if not inside:
        message = f"no good backup of {database} is younger than {window}: only older ones are left, and are kept"
    elif len(good) < min(policy.keep_last, len(drilled)):
        message = f"only {len(good)} of {len(drilled):,} backups of {database} are good"
    else:
        return
    yield Finding(
        "window-at-risk",
        Severity.HIGH,
        message,
        f"Look at backup/{database} and verify/{database}. Nothing is deleted that is still needed.",
        measured=f"{len(inside)} good in {window}",
        limit=f"{policy.keep_last}",
    )
