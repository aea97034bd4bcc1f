"""What a snapshot saw in a database: its tables with their rows and digests, its sequences, its large objects."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from caretaker.archive.fields import Fields, Malformed
from caretaker.archive.manifest import Fingerprint, LargeObjects, TableTotals
from caretaker.archive.manifest_file import large_objects

SCHEMA_VERSION = 1

TableKind = Literal["table", "partition", "materialized view", "foreign table"]
_KINDS: dict[str, TableKind] = {kind: kind for kind in get_args(TableKind)}


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
    """Return what ``tables.json`` holds, before it is compressed; the given order makes no difference."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "tables": [asdict(table) for table in sorted(contents.tables, key=_place)],
        "sequences": [asdict(sequence) for sequence in sorted(contents.sequences, key=_place)],
        "large_objects": asdict(contents.large_objects),
    }
    # Names in a database without an encoding may hold what is no UTF-8: as an escape it is JSON all the same.
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="backslashreplace")


def decode(data: bytes) -> Contents:
    """Return the contents that ``encode`` wrote; raise ``UnreadableTables``."""
    try:
        fields = Fields.document(data, SCHEMA_VERSION)
        return Contents(
            tables=tuple(map(_table, fields.parts("tables"))),
            sequences=tuple(map(_sequence, fields.parts("sequences"))),
            large_objects=large_objects(fields.part("large_objects")),
        )
    except Malformed as malformed:
        raise UnreadableTables(f"the list of tables cannot be believed: {malformed}") from malformed


def totals(contents: Contents, fingerprint: Fingerprint) -> TableTotals:
    """Return what all dumped tables come to; the digest is one over the names, rows and digests of all of them."""
    dumped = sorted((table for table in contents.tables if table.is_dumped), key=_place)
    if fingerprint == "off":
        return TableTotals(len(dumped), None, fingerprint, None)
    counts = [table.rows for table in dumped if table.rows is not None]
    lines = [json.dumps([table.schema, table.name, table.rows, table.digest]) for table in dumped]
    return TableTotals(
        tables=len(dumped),
        rows=sum(counts) if len(counts) == len(dumped) else None,
        fingerprint=fingerprint,
        digest=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    )


def _place(named: Table | Sequence) -> tuple[str, str]:
    return named.schema, named.name


def _table(part: Fields) -> Table:
    return Table(
        schema=part.text("schema"),
        name=part.text("name"),
        rows=part.count_or_none("rows"),
        digest=part.text_or_none("digest"),
        kind=part.one_of("kind", _KINDS),
        excluded=part.flag("excluded"),
    )


def _sequence(part: Fields) -> Sequence:
    return Sequence(part.text("schema"), part.text("name"), part.whole("last_value"), part.flag("is_called"))
