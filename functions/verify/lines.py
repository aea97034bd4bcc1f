"""The rows of an archive as pg_restore writes them: of each table how many COPY lines, and a sum of their hashes.

Of a restored table the same is asked by COPY, and has to come to the same, whatever the order of rows. That needs
nothing of what the backup said of itself. Memory does not depend on how many rows there are, nor on how long one is.
"""

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass

from psycopg2.extensions import encodings

from caretaker.archive.sql_names import NAME, unquoted

LONGEST = 1 << 20  # bytes of a line up to which it is hashed as it is; no chunk may be longer
_WIDTH = 2**128
_END = b"\\.\n"
_COPY = re.compile(rf"COPY ({NAME})\.({NAME}) (?:\(({NAME}(?:, {NAME})*)\))? ?FROM stdin;\n")
_SETVAL = re.compile(rf"SELECT pg_catalog\.setval\('({NAME})\.({NAME})', (-?\d+), (true|false)\);\n")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table: its schema and name, its columns as SQL has them, how many, and the sum of their hashes."""

    schema: str
    name: str
    columns: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an archive sets a sequence to."""

    schema: str
    name: str
    last_value: int
    is_called: bool


class Tally:
    """Counts lines and adds up their hashes, which are this process's own: they mean nothing outside of it."""

    def __init__(self) -> None:
        self.count = 0
        self._total = 0
        self._long: hashlib._Hash | None = None

    def lines(self, lines: list[bytes]) -> None:
        """Take in whole lines without their ends; of them only the first may be longer than ``LONGEST``."""
        if len(lines[0]) > LONGEST:
            lines[0] = hashlib.sha256(lines[0]).digest()
        self.count += len(lines)
        self._total += sum(map(hash, lines))

    def part(self, piece: bytes) -> None:
        """Take in a piece of one line that is longer than ``LONGEST``."""
        self._long = self._long or hashlib.sha256()
        self._long.update(piece)

    def end(self) -> None:
        """End the line whose pieces have been taken in."""
        assert self._long is not None
        self.lines([self._long.digest()])
        self._long = None

    @property
    def is_within(self) -> bool:
        """Whether a long line has begun and not ended."""
        return self._long is not None

    @property
    def total(self) -> int:
        """The sum of all hashes."""
        return self._total % _WIDTH


class ArchiveRows:
    """Takes in what ``pg_restore --section=data --file=-`` writes, in chunks of at most ``LONGEST``.

    ``encoding`` is that of the dump, in PostgreSQL's words.
    """

    def __init__(self, encoding: str = "UTF8") -> None:
        self.encoding = encoding
        self.tables: list[Rows] = []
        self.sequences: list[Stand] = []
        # Where nothing is known of an encoding, texts are bytes, as in Caretaker's sessions.
        self._codec = "utf-8" if encoding == "SQL_ASCII" else encodings.get(encoding, "utf-8")
        self._rest = b""
        self._copying: tuple[str, str, str] | None = None
        self._tally = Tally()

    def by_table(self) -> list[Rows]:
        """Return the rows of each table: those of partitions by hash may have been written in several parts."""
        parts: dict[tuple[str, str, str], list[Rows]] = defaultdict(list)
        for one in self.tables:
            parts[one.schema, one.name, one.columns].append(one)
        return [
            Rows(*table, sum(one.count for one in found), sum(one.total for one in found) % _WIDTH)
            for table, found in parts.items()
        ]

    def write(self, chunk: bytes) -> None:
        """Take in a chunk."""
        data = self._rest + chunk
        place = 0
        while place < len(data):
            after = self._statement(data, place) if self._copying is None else self._rows(data, place)
            if after == place:
                break
            place = after
        self._rest = data[place:]

    def _statement(self, data: bytes, place: int) -> int:
        """Take in a line outside of rows, or a statement that has several; return where it ends, if it is whole."""
        end = place
        while end := data.find(b"\n", end) + 1:
            line = data[place:end]
            if not line.startswith((b"COPY ", b"SELECT pg_catalog.setval(")):
                return end
            if line.count(b'"') % 2 == 0:  # a name may have line breaks
                self._take(line.decode(self._codec, "surrogateescape"))
                return end
        return place

    def _take(self, statement: str) -> None:
        if (copy := _COPY.fullmatch(statement)) is not None:
            self._copying, self._tally = (unquoted(copy[1]), unquoted(copy[2]), copy[3] or ""), Tally()
        elif (setval := _SETVAL.fullmatch(statement)) is not None:
            schema, name = (unquoted(part.replace("''", "'")) for part in setval.group(1, 2))
            self.sequences.append(Stand(schema, name, int(setval[3]), setval[4] == "true"))

    def _rows(self, data: bytes, place: int) -> int:
        """Take in rows; return up to where."""
        if self._tally.is_within:
            return self._on_with_a_long_line(data, place)
        if data.startswith(_END, place):
            assert self._copying is not None
            self.tables.append(Rows(*self._copying, self._tally.count, self._tally.total))
            self._copying = None
            return place + len(_END)
        last = data.find(b"\n" + _END, place)
        last = data.rfind(b"\n", place) if last < 0 else last
        if last >= 0:
            self._tally.lines(data[place:last].split(b"\n"))
            return last + 1
        if len(data) - place > LONGEST:
            self._tally.part(data[place:])
            return len(data)
        return place

    def _on_with_a_long_line(self, data: bytes, place: int) -> int:
        end = data.find(b"\n", place)
        self._tally.part(data[place:] if end < 0 else data[place:end])
        if end < 0:
            return len(data)
        self._tally.end()
        return end + 1
