"""Whether the backups of a database can be relied on, judged from what drills have recorded beside them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from caretaker.archive.entries import Entry
from caretaker.archive.identity import DUMP
from caretaker.archive.manifest import Manifest
from caretaker.archive.proof import Proof
from caretaker.core.codes import CODES
from caretaker.core.durations import spoken
from caretaker.core.results import Finding, Measurement, Severity

STALE = timedelta(hours=6)  # that a backup may be without a good proof
_AGAIN = "Take an older backup if you have to restore now: caretaker backups {name} shows the proofs."
_FIXES = {
    "missing-object": "Find out who deletes objects of the bucket. " + _AGAIN,
    "checksum-mismatch": "Find out who writes to the bucket; an earlier version of the object may be there. " + _AGAIN,
    "unreadable": "Make a new backup now: caretaker backup {name}. " + _AGAIN,
    "restore-failed": "See the error: a restore would meet it as well. Mend it in the database, then back up again.",
    "rows-differ": "See the tables, then make a new backup and drill it: caretaker verify {name}. " + _AGAIN,
    "content-differs": "See the tables, then make a new backup and drill it: caretaker verify {name}. " + _AGAIN,
    "missing-extension": "Nothing is wrong with the backup. Restore it once where the extension is, to be sure.",
    "too-big-to-drill": "Give verify more disk and memory (VerifyDiskMegabytes, VerifyMemoryMegabytes), or a server of "
    "your own to restore into (drill: in caretaker.yaml).",
    "drill-unavailable": "See the log of verify; the checksums and the decoding of the backup were judged. Where no "
    "server can be started at all, give it one of your own (drill: in caretaker.yaml).",
}


def judge_proofs(database: str, rto: float, entries: Sequence[Entry], at: datetime) -> list[Finding]:
    """Return what speaks against relying on a database's backups, given them with the newest first.

    ``rto`` is in seconds, ``at`` the time of the run. What the newest drill noted counts until another has been held.
    """
    ours = [entry for entry in entries if entry.manifest.id.database == database]
    newest = next((entry.proof for entry in ours if entry.proof), None)
    noted = [] if newest is None else [_noted(database, newest, code, said) for code, said in _by_code(newest)]
    return [*noted, *_stale(database, ours, at), *_at_risk(database, rto, ours)]


def _by_code(proof: Proof) -> Iterable[tuple[str, str]]:
    """Return what was noted, one entry for each code that is known."""
    said: dict[str, list[str]] = {}
    for noted in proof.noted:
        said.setdefault(noted.code, []).append(noted.message)
    return [(code, "; ".join(messages)) for code, messages in said.items() if code in _FIXES]


def _noted(database: str, proof: Proof, code: str, said: str) -> Finding:
    reached = f"reached: {proof.reached}" if proof.reached else "no level reached"
    message = f"{proof.backup.text} ({reached}): {said}"
    return Finding(code, Severity(CODES[code].severity), message, _FIXES[code].format(name=database))


def _stale(database: str, entries: Sequence[Entry], at: datetime) -> Iterable[Finding]:
    """Yield a finding if the newest backup that could have been proven by now is not, nor any since."""
    fresh = [entry for entry in entries if at - entry.manifest.as_of < STALE]
    due = next((entry for entry in entries if at - entry.manifest.as_of >= STALE), None)
    if due is None or any(entry.is_good for entry in (*fresh, due)):
        return
    age = spoken(int((at - due.manifest.as_of).total_seconds()))
    good = next((entry.manifest.id.text for entry in entries if entry.is_good), None)
    yield Finding(
        "drill-stale",
        Severity.HIGH,
        f"{due.manifest.id.text} of {database} is {age} old and has no good proof; the newest that has one is "
        f"{good or 'none'}",
        f"Drill it by hand and see what it says: caretaker verify {database}",
        measured=age,
        limit=spoken(int(STALE.total_seconds())),
    )


def _at_risk(database: str, rto: float, entries: Sequence[Entry]) -> Iterable[Finding]:
    predicted = predicted_restore(entries[0].manifest, entries) if entries else None
    if predicted is not None and predicted > rto:
        yield Finding(
            "rto-at-risk",
            Severity.HIGH,
            f"a restore of {database} would take about {spoken(int(predicted))}, as the last drill was restored, "
            f"and {spoken(int(rto))} are promised",
            "Promise less (rto), keep less in the database, or prepare a faster server and measure it there.",
            measured=spoken(int(predicted)),
            limit=spoken(int(rto)),
        )


def restore_pace(entries: Iterable[Entry]) -> float | None:
    """Return at how many bytes (uncompressed) per second the last drill was restored, None if none ever was."""
    for entry in entries:
        step = entry.proof.step("restored") if entry.proof else None
        if step is not None and step.seconds >= 1 and step.rate:
            return step.rate
    return None


def predicted_restore(backup: Manifest, entries: Iterable[Entry]) -> float | None:
    """Return how many seconds a restore of a backup would take, None if no drill of its database has measured that."""
    pace = restore_pace(entries)
    return None if pace is None else _raw_bytes(backup) / pace


def measured(entries: Sequence[Entry]) -> dict[str, Measurement]:
    """Return what the newest drill has measured: its level, its tables, and seconds and rate of each level."""
    proof = next((entry.proof for entry in entries if entry.proof), None)
    if proof is None:
        return {}
    shown: dict[str, Measurement] = {
        "id": proof.backup.text,
        "level": proof.reached or "none",
        "tables": proof.tables,
        "compared": proof.compared,
    }
    for step in proof.steps:
        shown[f"{step.level}_seconds"] = round(step.seconds, 3)
        if step.rate:
            shown[f"{step.level}_bytes_per_second"] = int(step.rate)
    return shown


def _raw_bytes(manifest: Manifest) -> int:
    dump = manifest.stored(DUMP)
    return dump.raw_bytes if dump else 0
