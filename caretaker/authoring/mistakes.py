"""What is wrong with a configuration, in sentences that say what, where and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file; lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to correct. ``line`` and ``column`` are 0 where the whole file is meant.

    ``path`` names the place by keys (``uptime.targets[api].url``); ``message`` has no full stop,
    ``suggestion`` is whole sentences or empty. Neither ever holds a secret.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        path = f" {self.path}:" if self.path else ""
        suggestion = f" {self.suggestion}" if self.suggestion else ""
        return f"{where}:{path} {self.message}.{suggestion}"


@dataclass(frozen=True, slots=True)
class Objection:
    """Something wrong at a path of the document, before it is known where in the file that is.

    ``at_key`` means the key itself rather than its value. Where ``covers`` is set, nothing else below
    that path is worth mentioning.
    """

    path: tuple[str | int, ...]
    message: str
    suggestion: str = ""
    at_key: bool = False
    covers: tuple[str | int, ...] | None = None


class ConfigurationError(Exception):
    """The configuration cannot be used; ``mistakes`` holds all that is wrong with it, in the file's order."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column, mistake.path)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Unfit(ValueError):
    """A value is not what its key needs; says why and, in ``suggestion``, what to write instead."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        self.message = message
        self.suggestion = suggestion
        super().__init__(f"{message}. {suggestion}".rstrip())
