"""Whether the clocks agree: what deletes by age must know the time."""

from datetime import datetime, timedelta

from caretaker.core.durations import spoken
from caretaker.core.results import Finding, Severity, timestamp

LATEST = timedelta(minutes=15)  # between the time that a run is scheduled for, and the clock
_DIFFERENCE = timedelta(minutes=5)  # between S3's clock and ours


def judge_clocks(at: datetime, clock: datetime, said_at: datetime | None) -> list[Finding]:
    """Return why nothing may be deleted now, nothing if the clocks agree; ``said_at`` is the time by S3's clock."""
    if abs(clock - at) > LATEST:
        apart = f"{spoken(int(abs(clock - at).total_seconds()))} {'after' if clock > at else 'before'}"
        return [_wrong(f"it is {timestamp(clock)}, {apart} {timestamp(at)}, for which this run was scheduled", LATEST)]
    if said_at is None:
        return [_wrong("S3 does not say what time it is", _DIFFERENCE)]
    if abs(clock - said_at) > _DIFFERENCE:
        return [
            _wrong(f"it is {timestamp(clock)} by the function's clock and {timestamp(said_at)} by S3's", _DIFFERENCE)
        ]
    return []


def _wrong(what: str, limit: timedelta) -> Finding:
    return Finding(
        "clock-wrong",
        Severity.HIGH,
        f"nothing was deleted: {what}",
        "Nothing is lost. Run it again: caretaker cleanup; if that says the same, compare your clock with others.",
        limit=spoken(int(limit.total_seconds())),
    )
