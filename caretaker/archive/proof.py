"""What a drill has found out about a backup: how far it was followed on its way back, and what was wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from caretaker.archive.identity import BackupId

Level = Literal["present", "checksums", "decoded", "restored", "equal"]
Where = Literal["throw-away", "target"]
LEVELS: tuple[Level, ...] = get_args(Level)

_ENOUGH: Level = "decoded"  # what a backup must have reached to be relied on
_DAMAGED = frozenset(
    {"missing-object", "checksum-mismatch", "unreadable", "restore-failed", "rows-differ", "content-differs"}
)


@dataclass(frozen=True, slots=True)
class Noted:
    """What was wrong, or could not be done: a finding's code and its message."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Step:
    """One level as it was reached: how long it took, and how many bytes (uncompressed) it went through."""

    level: Level
    seconds: float
    bytes: int

    @property
    def rate(self) -> float | None:
        """Bytes per second, None where there is nothing to divide."""
        return self.bytes / self.seconds if self.bytes and self.seconds else None


@dataclass(frozen=True, slots=True)
class Proof:
    """What one drill came to.

    ``reached`` is the highest level, None if not even all objects were there. ``set_aside`` names the extensions and
    collations whose objects could not be restored; ``compared`` of ``tables`` were found to be equal.
    ``server_version`` is that of the server restored into, empty if there was none; ``on`` is whose that was to be: one
    that is thrown away, or the owner's for drills. ``dump_sha256`` is that of the uncompressed dump if it was found to
    be right, else empty, as in records of before it was kept.
    """

    backup: BackupId
    began_at: datetime
    finished_at: datetime
    reached: Level | None
    noted: tuple[Noted, ...]
    steps: tuple[Step, ...]
    tables: int
    compared: int
    set_aside: tuple[str, ...]
    server_version: str
    tool_version: str
    on: Where = "throw-away"
    dump_sha256: str = ""

    @property
    def is_damaged(self) -> bool:
        """Whether something was found that a restore would meet as well."""
        return self.reached is None or any(noted.code in _DAMAGED for noted in self.noted)

    @property
    def is_good(self) -> bool:
        """Whether the backup can be relied on: every byte is right and decodes, and nothing speaks against it."""
        return self.has(_ENOUGH) and not self.is_damaged

    def has(self, level: Level) -> bool:
        """Whether the drill got as far as this level."""
        return self.reached is not None and LEVELS.index(self.reached) >= LEVELS.index(level)

    def step(self, level: Level) -> Step | None:
        """Return what is said of one level, None if it was not reached."""
        return next((step for step in self.steps if step.level == level), None)
