"""What a drill is done with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from caretaker.archive.deadline import Deadline
from caretaker.archive.objects import Bucket


@dataclass(frozen=True, slots=True)
class Means:
    """The bucket, PostgreSQL's programs, a folder with room, how much memory and room there is in bytes, and the times.

    ``pace`` is the bytes per second at which this database was restored the last time, None if it never was.
    """

    bucket: Bucket
    programs: Path
    folder: Path
    memory: int
    free: Callable[[], int]
    deadline: Deadline
    clock: Callable[[], datetime]
    wait: Callable[[float], None]
    pace: float | None = None
