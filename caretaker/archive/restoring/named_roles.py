"""The roles that a dump names and that have to be there: those of policies; owners and privileges where they are kept.

They are read in its SQL, as a list of its items does not say where a name with spaces begins.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from caretaker.archive.restoring.listing import Item
from caretaker.archive.restoring.running import PgRestore
from caretaker.archive.sql_names import unquoted

_NAME = r'(?:"(?:[^"]|"")+"|[^\s",.;()]+)'
_NAMES = rf"(?P<names>{_NAME}(?:, {_NAME})*)"
# As pg_dump writes them, each at the beginning of a line; who is meant without a word is everybody.
_POLICY = re.compile(
    rf"CREATE POLICY {_NAME} ON {_NAME}\.{_NAME}(?: AS RESTRICTIVE)?(?: FOR \w+)? TO {_NAMES}(?: USING| WITH CHECK|;)"
)
_GRANTED = re.compile(rf"(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) .* (?:TO|FROM) {_NAMES}(?: WITH GRANT OPTION)?;")
_FOR_ROLE = re.compile(rf"ALTER DEFAULT PRIVILEGES FOR ROLE {_NAMES} ")
_OWNED = re.compile(rf"ALTER .* OWNER TO {_NAMES};")
_LONGEST = 1 << 20  # bytes of a line; no policy's first line is as long

_LARGE_OBJECTS = ("BLOB", "BLOB METADATA")

EVERYBODY = "PUBLIC"


@dataclass(frozen=True, slots=True)
class NamedRoles:
    """Roles that have to be there; ``owners`` are those of them that own something, or whose defaults are set."""

    roles: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()


def roles_of(pg_restore: PgRestore, chosen: Sequence[Item], *, keep_owner: bool) -> NamedRoles:
    """Return the roles that these items need; only the beginning of the dump is read for that."""
    if keep_owner:
        named = all_roles(lines_of(pg_restore.sql("--schema-only", chosen=chosen)))
        more = owners_of_large_objects(chosen)
        return NamedRoles(named.roles | more, named.owners | more)
    if any(item.kind == "POLICY" for item in chosen):
        lines = lines_of(pg_restore.sql("--schema-only", "--no-owner", "--no-privileges", chosen=chosen))
        return NamedRoles(policies_roles(lines))
    return NamedRoles()


def owners_in_public(items: Iterable[Item]) -> frozenset[str]:
    """Return who owns what is in the schema ``public``."""
    return frozenset(item.owner for item in items if item.schema == "public")


def policies_roles(lines: Iterable[str]) -> frozenset[str]:
    """Return the roles that policies name in the SQL of a dump."""
    return frozenset(_all(lines, (_POLICY,)))


def all_roles(lines: Iterable[str]) -> NamedRoles:
    """Return the roles in the SQL of a dump that policies name, that own something, or that privileges are given to."""
    roles: set[str] = set()
    owners: set[str] = set()
    for line in lines:
        roles.update(_all([line], (_POLICY, _GRANTED)))
        owners.update(_all([line], (_FOR_ROLE, _OWNED)))
    return NamedRoles(frozenset(roles | owners), frozenset(owners))


def owners_of_large_objects(items: Iterable[Item]) -> frozenset[str]:
    """Return who owns large objects, which are no part of a schema's SQL; their names are numbers."""
    return frozenset(f"{item.name} {item.owner}".partition(" ")[2] for item in items if item.kind in _LARGE_OBJECTS)


def lines_of(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a text that comes in chunks; of a very long one only its end."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest[-_LONGEST:] + chunk).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace")
    yield rest.decode("utf-8", "replace")


def _all(lines: Iterable[str], patterns: Iterable[re.Pattern[str]]) -> Iterator[str]:
    wanted = tuple(patterns)
    for line in lines:
        for pattern in wanted:
            if found := pattern.match(line):
                named = re.findall(_NAME, found["names"])
                yield from (unquoted(name) for name in named if name != EVERYBODY)
