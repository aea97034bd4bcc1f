"""What of a database pg_dump puts into a dump: its tables and sequences, and how they can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from caretaker.archive.connection import Session
from caretaker.archive.sessions import quoted, rows, version_of_session
from caretaker.archive.tables import TableKind
from caretaker.archive.versions import Version

# As pg_dump selects: what an extension made comes back with the extension; a standby has no rows of unlogged tables.
DUMPED = """
  n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relpersistence <> 't'
  and not (c.relpersistence = 'u' and pg_is_in_recovery())
  and not exists (select from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
"""
_KINDS: dict[str, TableKind] = {"r": "table", "m": "materialized view", "f": "foreign table"}

# Types whose hash says all that the value says, and is the same on every server. An enum's is of its number on one
# server, an interval's the same for a month and 30 days, an array's the same for all its shapes.
_HASHED = [
    *("bool", "bytea", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar", "bpchar", "char"),
    *("name", "uuid", "oid", "pg_lsn", "date", "time", "timetz", "timestamp", "timestamptz", "inet", "cidr"),
    *("macaddr", "macaddr8", "jsonb"),
]
# A generated column is not in a dump: it is computed again.
_COLUMNS = """
with recursive base(type, of) as (
  select oid, oid from pg_type where typtype <> 'd'
  union all
  select t.oid, b.of from pg_type t join base b on t.typtype = 'd' and t.typbasetype = b.type
)
select a.attrelid, a.attname, n.nspname = 'pg_catalog' and t.typname = any(%s), a.attcollation <> 0
from pg_attribute a join base b on b.type = a.atttypid join pg_type t on t.oid = b.of
join pg_namespace n on n.oid = t.typnamespace
where a.attrelid = any(%s) and a.attnum > 0 and not a.attisdropped and {stored}
order by a.attrelid, a.attname collate "C"
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column whose values are in a dump; ``hashed`` if the hash of its type will do, ``collated`` if it has an order.

    The hash of a text in a non-deterministic collation is that of all texts that count as equal, on one server.
    """

    name: str
    hashed: bool
    collated: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as one snapshot sees it. ``file`` is the number of the file that then held its rows."""

    oid: int
    schema: str
    name: str
    kind: TableKind
    excluded: bool
    file: int
    columns: tuple[Column, ...]

    @property
    def quoted(self) -> str:
        """The name, as SQL and pg_dump's patterns take it."""
        return quoted(self.schema, self.name)

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def relations(session: Session, excluded: Sequence[str] = ()) -> tuple[Relation, ...]:
    """Return the tables of a dump, as the session's snapshot sees them; raise ``psycopg2.Error``.

    ``excluded`` are names such as ``audit.raw_events``, ``*`` standing for anything, without a schema for those of all
    schemas: tables whose rows are left out. The partitions of a table are left out with it.
    """
    partitions = version_of_session(session) >= Version(10, 0)
    found = rows(
        session,
        f"""select c.oid, n.nspname, c.relname, c.relkind::text, c.relfilenode::bigint,
                   {"c.relispartition" if partitions else "false"}, i.inhparent
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            left join pg_inherits i on i.inhrelid = c.oid and {"c.relispartition" if partitions else "false"}
            where c.relkind in ('r', 'p', 'm', 'f') and {DUMPED} order by 2, 3""",  # noqa: S608 - our own texts
    )
    parents = {oid: parent for oid, *_, parent in found}
    named = {oid for oid, schema, name, *_ in found if _is_meant(schema, name, excluded)}
    columns = _columns(session, [oid for oid, _, _, kind, *_ in found if kind == "r"])
    return tuple(
        Relation(
            oid,
            schema,
            name,
            "partition" if is_partition and kind == "r" else _KINDS[kind],
            _is_below(oid, named, parents),
            file,
            tuple(columns.get(oid, ())),
        )
        for oid, schema, name, kind, file, is_partition, _ in found
        if kind in _KINDS
    )


def sequences(session: Session) -> tuple[tuple[str, str], ...]:
    """Return schema and name of each sequence of a dump; raise ``psycopg2.Error``."""
    found = rows(
        session,
        f"""select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'S' and {DUMPED} order by 1, 2""",  # noqa: S608 - our own texts
    )
    return tuple((schema, name) for schema, name in found)


def _columns(session: Session, tables: list[int]) -> dict[int, list[Column]]:
    stored = "a.attgenerated = ''" if version_of_session(session) >= Version(12, 0) else "true"
    columns: dict[int, list[Column]] = {}
    for table, *column in rows(session, _COLUMNS.format(stored=stored), (_HASHED, tables)) if tables else ():
        columns.setdefault(table, []).append(Column(*column))
    return columns


def _is_meant(schema: str, name: str, patterns: Sequence[str]) -> bool:
    return any(
        fnmatchcase(f"{schema}.{name}" if "." in pattern else name, pattern.replace("[", "[[]")) for pattern in patterns
    )


def _is_below(oid: int, named: set[int], parents: dict[int, int | None]) -> bool:
    above: int | None = oid
    while above is not None and above not in named:
        above = parents.get(above)
    return above is not None
