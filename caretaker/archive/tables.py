"""What was in a database at the time of the snapshot: its tables with their rows and digests, sequences, large objects."""

from dataclasses import dataclass
from typing import Literal

from caretaker.archive.manifest import Fingerprint, LargeObjects, TableTotals

TableKind = Literal["table", "partition", "materialized view", "foreign table"]


class UnreadableTables(Exception):
    """A list of tables is damaged, or from a newer Caretaker; the message says which."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: how many rows it has, and a digest of them that does not depend on their order.

    ``rows`` and ``digest`` are None if they were not asked for. ``kind`` is ``partition`` for one that holds rows. The
    rows of an ``excluded`` table are counted, and are not in the dump.
    """

    schema: str
    name: str
    rows: int | None
    digest: str | None
    kind: TableKind = "table"
    excluded: bool = False

    @property
    def is_dumped(self) -> bool:
        """Whether the rows are in the dump. Those of a materialized view are made anew when it is restored."""
        return self.kind in ("table", "partition") and not self.excluded

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence, and where it stands."""

    schema: str
    name: str
    last_value: int
    is_called: bool


@dataclass(frozen=True, slots=True)
class Contents:
    """All that one snapshot saw."""

    tables: tuple[Table, ...]
    sequences: tuple[Sequence, ...]
    large_objects: LargeObjects


def encode(contents: Contents) -> bytes:
    """Return what ``tables.json`` holds, before it is compressed; the order of the tables makes no difference."""
    raise NotImplementedError


def decode(data: bytes) -> Contents:
    """Return the contents that ``encode`` wrote; raise ``UnreadableTables``."""
    raise NotImplementedError


def totals(contents: Contents, fingerprint: Fingerprint) -> TableTotals:
    """Return what all dumped tables come to; the digest is one over the names, rows and digests of all of them."""
    raise NotImplementedError
