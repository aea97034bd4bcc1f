"""What a drill is done with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from caretaker.archive.deadline import Deadline
from caretaker.archive.objects import Bucket


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server that its owner keeps for drills: what gives its address, and PEM text of an own authority.

    ``url`` raises ``SecretUnavailable``. ``is_under_way`` is whether a backup, by its id, is being drilled now.
    """

    url: Callable[[], str]
    ca: str
    is_under_way: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Means:
    """The bucket, PostgreSQL's programs, a folder with room, how much memory and room there is in bytes, and the times.

    ``pace`` is the bytes per second at which this database was restored the last time, None if it never was.
    ``own_server`` is where it is restored; without one, in a server that is thrown away.
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
    own_server: OwnServer | None = None
