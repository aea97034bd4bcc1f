"""The course of a drill: the levels that it has reached, how long each took, and what was noted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from caretaker.archive.proof import Level, Noted, Step


@dataclass
class Course:
    """What a drill has come to so far. ``monotonic`` is in seconds; ``tables`` are those of the backup.

    ``set_aside`` is what could not be made here, ``replaced`` what stands for what the server does not have.
    """

    monotonic: Callable[[], float]
    tables: int
    compared: int = 0
    set_aside: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    server_version: str = ""
    dump_sha256: str = ""
    steps: list[Step] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)

    def reach(self, level: Level, seconds: float, size: int) -> None:
        """Record that a level was reached, which took so long."""
        self.steps.append(Step(level, seconds, size))

    @contextmanager
    def reaching(self, *levels: Level, size: int) -> Iterator[None]:
        """Record the levels that one pass over so many bytes reaches, unless it raises."""
        began = self.monotonic()
        yield
        seconds = self.monotonic() - began
        for level in levels:
            self.reach(level, seconds, size)

    def note(self, code: str, message: str) -> None:
        """Note what is wrong, or could not be done."""
        self.noted.append(Noted(code, message))
