"""What an archive of pg_dump holds, as ``pg_restore --list --verbose`` says it.

Names are for people and for finding a table again: in a list nothing separates a name with spaces from the next one,
and a line break is a space. Numbers are exact, and they are what a selection is made of.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from caretaker.core.printable import printable

# https://github.com/postgres/postgres/blob/master/src/bin/pg_dump/pg_dump.c, those of more than one word
_LONG_KINDS = (
    *("ACCESS METHOD", "BLOB COMMENTS", "BLOB METADATA", "CHECK CONSTRAINT", "DATABASE PROPERTIES", "DEFAULT ACL"),
    *("EVENT TRIGGER", "FK CONSTRAINT", "FOREIGN DATA WRAPPER", "FOREIGN TABLE", "INDEX ATTACH", "LARGE OBJECT"),
    *("MATERIALIZED VIEW", "MATERIALIZED VIEW DATA", "OPERATOR CLASS", "OPERATOR FAMILY", "PROCEDURAL LANGUAGE"),
    *("PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA", "ROW SECURITY", "SECURITY LABEL", "SEQUENCE OWNED BY"),
    *("SEQUENCE SET", "SHELL TYPE", "STATISTICS DATA", "SUBSCRIPTION TABLE", "TABLE ATTACH", "TABLE DATA"),
    *("TEXT SEARCH CONFIGURATION", "TEXT SEARCH DICTIONARY", "TEXT SEARCH PARSER", "TEXT SEARCH TEMPLATE"),
    *("USER MAPPING",),
)
_KIND = "|".join([*sorted(_LONG_KINDS, key=len, reverse=True), "[A-Z]+"])
_ITEM = re.compile(rf"(?P<id>\d+); \d+ \d+ (?P<kind>{_KIND}) (?P<rest>.*)")
_DEPENDS = re.compile(r";\s+depends on:(?P<ids>[ \d]*)")
_NO_SCHEMA = "- "


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an archive; ``id`` is its number there. ``schema`` is empty for what is in none.

    The name of what belongs to a table has the table's before it; that of a comment or a privilege says of what.
    """

    id: int
    kind: str
    schema: str
    name: str
    owner: str
    depends_on: frozenset[int] = frozenset()

    def __str__(self) -> str:
        return f"{self.kind} {self.schema}.{self.name}" if self.schema else f"{self.kind} {self.name}"


def items(lines: Iterable[str]) -> tuple[Item, ...]:
    """Return what a list with ``--verbose`` names, in its order; lines that are none of an item are passed over."""
    found: list[tuple[int, str, str]] = []
    depends: dict[int, frozenset[int]] = {}
    for line in lines:
        if (item := _ITEM.fullmatch(line)) is not None:
            found.append((int(item["id"]), item["kind"], item["rest"]))
        elif found and (more := _DEPENDS.fullmatch(line)) is not None:
            depends[found[-1][0]] = frozenset(map(int, more["ids"].split()))
    schemas = [_owned(rest.removeprefix(_NO_SCHEMA))[0] for _, kind, rest in found if kind == "SCHEMA"]
    listed = tuple(_item(number, kind, rest, schemas, depends) for number, kind, rest in found)
    return tuple(_of_server(item, listed) if item.kind == "USER MAPPING" else item for item in listed)


def _item(number: int, kind: str, rest: str, schemas: Collection[str], depends: dict[int, frozenset[int]]) -> Item:
    schema, named = _in_schema(rest, schemas)
    name, owner = _owned(named)
    return Item(number, kind, schema, name, owner, depends.get(number, frozenset()))


def _of_server(mapping: Item, listed: Iterable[Item]) -> Item:
    """Return a user mapping with its server, which no dump says that it needs."""
    servers = {one.id for one in listed if one.kind == "SERVER" and mapping.name.endswith(f" SERVER {one.name}")}
    return replace(mapping, depends_on=mapping.depends_on | servers)


def _in_schema(rest: str, schemas: Collection[str]) -> tuple[str, str]:
    """Split a schema off: the longest that the archive knows, as names may have spaces."""
    if rest.startswith(_NO_SCHEMA):
        return "", rest.removeprefix(_NO_SCHEMA)
    known = max((schema for schema in schemas if rest.startswith(f"{schema} ")), key=len, default=None)
    schema = rest.partition(" ")[0] if known is None else known
    return schema, rest[len(schema) + 1 :]


def _owned(named: str) -> tuple[str, str]:
    name, _, owner = named.rpartition(" ")
    return name, owner


def with_dependents(chosen: Collection[int], everything: Sequence[Item]) -> frozenset[int]:
    """Return the numbers of these items, and of all that needs one of them."""
    reached = set(chosen)
    while True:
        more = {item.id for item in everything if item.id not in reached and item.depends_on & reached}
        if not more:
            return frozenset(reached)
        reached |= more


def rows_of_extensions(everything: Sequence[Item]) -> tuple[Item, ...]:
    """Return the rows that people have added to tables of extensions, as to spatial_ref_sys, and such sequences.

    Their tables are in no dump.
    """
    known = {item.id for item in everything}
    return tuple(
        item for item in everything if item.kind in ("TABLE DATA", "SEQUENCE SET") and not item.depends_on & known
    )


def use_list(chosen: Iterable[Item]) -> str:
    """Return what ``--use-list`` reads: these items and no others."""
    return "".join(f"{item.id}; {item}\n" for item in chosen)


def listed(schema: str, name: str) -> str:
    """Return both names as the list of an archive has them: there a line break is a space."""
    return printable(f"{schema} {name}".replace("\r", " ").replace("\n", " "))
