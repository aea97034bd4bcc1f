"""Which backup is brought back, and why: a pure rule.

* Without a wish it is the newest one that a drill has found to be good; older good ones stand by, should it be damaged.
* A backup that was asked for by its id is taken as it is, and nothing takes its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from caretaker.archive.entries import Entries, Entry
from caretaker.archive.identity import MANIFEST
from caretaker.core.printable import printable
from caretaker.core.results import timestamp

_SHOWN = 5  # backups in a message
_LEVELS = {
    "present": "found to be complete",
    "checksums": "found to have the right checksums",
    "decoded": "decoded to the end",
    "restored": "restored in a drill",
    "equal": "restored in a drill and found to be equal",
}


class NothingToRestore(Exception):
    """There is no such backup, or none to be relied on; the message says what there is, and what to do."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be restored: ``entries`` are tried in this order. ``warning`` is what speaks against the first."""

    entries: tuple[Entry, ...]
    why: str
    warning: str = ""


def choose(found: Entries, database: str, backup: str = "", at: datetime | None = None) -> Choice:
    """Return which backup of a database is restored: the one with this id, or the newest good one not after ``at``.

    Raises ``NothingToRestore``.
    """
    if backup:
        return _asked_for(found, database, backup)
    in_time = [entry for entry in found.entries if at is None or entry.manifest.as_of <= at]
    good = tuple(entry for entry in in_time if entry.is_good)
    if not good:
        raise NothingToRestore(_none_good(found, in_time, database, at))
    unproven = in_time.index(good[0])
    limit = f" that is not later than {timestamp(at)}" if at else ""
    newer = f"; {_counted(unproven, 'newer one')} {'is' if unproven == 1 else 'are'} not proven" if unproven else ""
    return Choice(good, f"the newest proven backup{limit}: {standing(good[0])}{newer}{_unreadable(found)}")


def standing(entry: Entry) -> str:
    """Return what drills have found out about a backup, as a phrase."""
    proof = entry.proof
    if proof is None:
        return "no drill has proven it"
    if proof.is_damaged:
        worst = proof.noted[0].message if proof.noted else "not all of its objects are there"
        return f"the drill of {timestamp(proof.finished_at)} found it damaged: {printable(worst)}"
    reached = _LEVELS[proof.reached] if proof.reached else "looked at"
    return f"{reached} on {timestamp(proof.finished_at)}"


def _asked_for(found: Entries, database: str, backup: str) -> Choice:
    entry = next((entry for entry in found.entries if entry.manifest.id.text == backup), None)
    if entry is None:
        damaged = next((one for one in found.damaged if f"/{backup}/manifest" in one.key), None)
        if damaged:
            raise NothingToRestore(f"the backup {backup} cannot be used: {printable(damaged.reason)}")
        raise NothingToRestore(f"there is no backup {printable(backup)} of {database}. {_what_there_is(found.entries)}")
    warning = "" if entry.is_good else f"{backup} is not proven: {standing(entry)}"
    return Choice((entry,), f"the backup that was asked for: {standing(entry)}", warning)


def _none_good(found: Entries, in_time: Sequence[Entry], database: str, at: datetime | None) -> str:
    if not found.entries:
        damaged = f" {_counted(len(found.damaged), 'manifest')} cannot be read." if found.damaged else ""
        return f"there is no backup of {database} in the bucket.{damaged} See caretaker backups."
    if at and not in_time:
        oldest = found.entries[-1].manifest.as_of
        return f"there is no backup of {database} as of {timestamp(at)} or before: the oldest is of {timestamp(oldest)}"
    limit = f" as of {timestamp(at)} or before" if at else ""
    return (
        f"no backup of {database}{limit} is proven. {_what_there_is(in_time)} "
        f"Prove one (caretaker verify {database}), or restore one as it is: "
        f"caretaker restore {database} {in_time[0].manifest.id.text} --to …"
    )


def _unreadable(found: Entries) -> str:
    """Return how many backups may be there of which it cannot even be read when they were made."""
    manifests = [one for one in found.damaged if one.key.endswith(f"/{MANIFEST}")]
    return f"; {_counted(len(manifests), 'manifest')} cannot be read: caretaker backups" if manifests else ""


def _what_there_is(entries: Sequence[Entry]) -> str:
    if not entries:
        return "There is none at all."
    shown = [f"{entry.manifest.id.text} ({standing(entry)})" for entry in entries[:_SHOWN]]
    more = f", and {len(entries) - _SHOWN} more" if len(entries) > _SHOWN else ""
    return f"There {'is' if len(entries) == 1 else 'are'} {', '.join(shown)}{more}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
