"""Whether the newest backup is new enough, judged from manifests alone: however it came that there is no newer one."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from caretaker.archive.manifest import Manifest
from caretaker.core.durations import spoken
from caretaker.core.results import Finding, Severity, timestamp

_AHEAD = timedelta(hours=1)  # a backup made while the run that judges was under way is later than that run


def judge_freshness(database: str, rpo: int, manifests: Iterable[Manifest], at: datetime) -> list[Finding]:
    """Return what is wrong with the age of a database's newest backup: ``never``, ``too-old`` or nothing.

    ``rpo`` is in seconds, ``at`` the scheduled time of the run. The age counts from the snapshot, as what was written
    since then would be lost. A snapshot from the future, of a clock that was wrong, makes nothing fresh.
    """
    ours = [manifest for manifest in manifests if manifest.id.database == database]
    believable = [manifest for manifest in ours if manifest.as_of <= at + _AHEAD]
    ahead = _from_the_future(len(ours) - len(believable))
    make_one = f"or make one now: caretaker backup {database} --kind emergency --reason 'no fresh backup'"
    if not believable:
        return [
            Finding(
                "never",
                Severity.CRITICAL,
                f"there is no backup of {database}{ahead}",
                f"If it is new, wait for the first run of backup/{database}; else look at why that fails, {make_one}",
                measured="no backup",
                limit=spoken(rpo),
            )
        ]
    newest = max(believable, key=lambda manifest: manifest.as_of)
    age = int((at - newest.as_of).total_seconds())
    if age <= rpo:
        return []
    return [
        Finding(
            "too-old",
            Severity.CRITICAL,
            f"the last good backup of {database} is {spoken(age)} old, and may be {spoken(rpo)} old: it is "
            f"{newest.id.text}, of {timestamp(newest.as_of)}{ahead}",
            f"Look at why backup/{database} has made none since then, {make_one}",
            measured=spoken(age),
            limit=spoken(rpo),
        )
    ]


def _from_the_future(backups: int) -> str:
    return f" (backups from the future, which do not count: {backups})" if backups else ""
