"""How old the newest backups are, for the alarm that does not depend on our messages."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from caretaker.archive.manifest import Manifest
from caretaker.core.results import Measurement, Result, Status
from caretaker.core.telemetry import Metric, measure

_HOUR = 3600
_NEVER = 10_000 * _HOUR  # seconds: more than a year, of a database that has no backup


def age(backups: Sequence[Manifest], at: datetime) -> dict[str, Measurement]:
    """Return the measurement of the newest backup's age, in seconds, counted from its snapshot."""
    dumped = [backup.as_of for backup in backups]
    return {"age": max(0.0, (at - max(dumped)).total_seconds()) if dumped else float(_NEVER)}


def measure_worst(results: Iterable[Result]) -> None:
    """Measure the age in hours of the newest backup of the database that is worst off, 0 where there is no database.

    Where not all could be looked at, nothing is measured: the alarm takes silence for bad news, after some hours.
    """
    ages = []
    for result in results:
        if result.status is Status.UNKNOWN:
            return
        ages.append(float(result.measurements["age"]))
    measure(Metric.BACKUP_AGE, round(max(ages, default=0.0) / _HOUR, 3))
