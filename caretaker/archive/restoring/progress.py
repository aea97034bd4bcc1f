"""How far a restore has come, for whoever watches."""

import re
from dataclasses import dataclass, field
from typing import Protocol

# As pg_restore says it by one session, and by several, which speak of a table when they begin with it as well.
_ONE = re.compile(r'processing data for table ".*"')
_SEVERAL = re.compile(r"finished item \d+ TABLE DATA .*")


class Progress(Protocol):
    """Is told how far a restore has come; called from any thread."""

    def stage(self, name: str) -> None:
        """Something else is being done from now on."""

    def bytes(self, done: int, total: int) -> None:
        """So many bytes of the dump have come, uncompressed."""

    def tables(self, done: int, total: int) -> None:
        """So many tables are done."""


@dataclass(slots=True)
class TablesDone:
    """Counts the tables that pg_restore speaks of."""

    total: int
    jobs: int
    progress: Progress
    seen: set[str] = field(default_factory=set)

    def hear(self, doing: str) -> None:
        """Take in what pg_restore is doing, which may be the same as before."""
        found = (_ONE if self.jobs == 1 else _SEVERAL).fullmatch(doing)
        if found and doing not in self.seen:
            self.seen.add(doing)
            self.progress.tables(len(self.seen), self.total)

    def end(self) -> None:
        """All of them are done: what several sessions say at the same time may have been unreadable."""
        if len(self.seen) < self.total:
            self.progress.tables(self.total, self.total)
