"""What every target has, whatever its kind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from caretaker.core.incidents.policy import Policy
from caretaker.core.results import Severity


@dataclass(frozen=True, slots=True)
class Level:
    """A limit on the duration of a look, and how bad it is to exceed it."""

    over: float
    severity: Severity


def levels(compiled: Sequence[Mapping[str, Any]]) -> tuple[Level, ...]:  # JSON objects
    """Return the levels of a compiled section."""
    return tuple(Level(level["over"], Severity(level["severity"])) for level in compiled)


@dataclass(frozen=True, slots=True)
class Recheck:
    """How a bad first look is repeated inside its run: ``times`` looks spread ``over`` seconds."""

    times: int
    over: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something to look at. ``timeout`` is for a whole look; ``severity`` is that of being down."""

    kind: ClassVar[str] = "uptime"

    name: str
    group: str
    severity: Severity
    timeout: float
    recheck: Recheck
    policy: Policy
    depends_on: tuple[str, ...] = ()

    @property
    def check(self) -> str:
        """The name of the check."""
        return f"{self.kind}/{self.name}"

    @property
    def parents(self) -> tuple[str, ...]:
        """The checks without which this one cannot be in order."""
        return tuple(f"{self.kind}/{name}" for name in self.depends_on)

    def secrets(self) -> Iterator[str]:
        """Yield what must never be shown of it, wherever it was written; empty texts may be among it."""
        yield from ()
