"""What an archive needs of its server before it can be restored: extensions, collations, roles; read from its SQL."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from caretaker.archive.restoring.named_roles import policies_roles

_NAME = r'(?:"(?:[^"]|"")+"|[a-z_0-9\x80-\U0010ffff$]+)'
_EXTENSION = re.compile(rf"^CREATE EXTENSION IF NOT EXISTS ({_NAME}) WITH SCHEMA ({_NAME});$", re.MULTILINE)
_COLLATION = re.compile(rf"^CREATE COLLATION ({_NAME})\.({_NAME}) \(provider = icu,", re.MULTILINE)
_COLLATED = re.compile(rf"COLLATE pg_catalog\.({_NAME})")
_ROLE = re.compile(rf"^CREATE ROLE ({_NAME});$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Named:
    """Something by its schema and name."""

    schema: str
    name: str


@dataclass(frozen=True, slots=True)
class Needs:
    """Extensions with their schemas, ICU collations that it makes, the server's own that it uses, and roles.

    ``policies_roles`` are those of the roles that policies are for.
    """

    extensions: tuple[Named, ...]
    collations: tuple[Named, ...]
    used_collations: tuple[str, ...]
    roles: tuple[str, ...]
    policies_roles: frozenset[str]


def needs(schema_sql: Iterable[bytes], roles_sql: bytes) -> Needs:
    """Return what the SQL of an archive without its rows, and that of the roles, speak of."""
    sql = b"".join(schema_sql).decode("utf-8", "replace")
    return Needs(
        extensions=tuple(Named(_plain(schema), _plain(name)) for name, schema in _EXTENSION.findall(sql)),
        collations=tuple(Named(_plain(schema), _plain(name)) for schema, name in _COLLATION.findall(sql)),
        used_collations=tuple(sorted({_plain(name) for name in _COLLATED.findall(sql)})),
        roles=tuple(_plain(name) for name in _ROLE.findall(roles_sql.decode("utf-8", "replace"))),
        policies_roles=policies_roles(sql.split("\n")),
    )


def _plain(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
