"""A database to restore into, with what the restored code may not make by itself: extensions, collations, roles."""

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass

import psycopg2

from caretaker.archive.connection import Connection, Session
from caretaker.archive.manifest import Server
from caretaker.archive.sessions import quoted, rows
from functions.verify.needs import Named, Needs
from functions.verify.standing_in import STOOD_FOR, standing_in
from functions.verify.throwaway import Throwaway

_PATIENCE = 10.0  # seconds for a session to begin
_DATABASE, _ROLE = "restored", "drill"
_AS_BYTES = "provider = libc, locale = 'C'"
_INSTEAD = "functions of our own instead of those of {}"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The database; the extensions that its server has, or something for, and those, with their schemas, made in it.

    ``collations`` were made as others; ``replaced`` says what stands for what the server does not have.
    """

    connection: Connection
    extensions: frozenset[str]
    made: frozenset[str]
    schemas: frozenset[str]
    collations: frozenset[str]
    replaced: tuple[str, ...]


def prepare(server: Throwaway, dumped: Server, needs: Needs, password: str) -> Prepared:
    """Make the database and its owner, who is no superuser; raise ``psycopg2.Error``."""
    with closing(_session(server.superuser)) as session:
        options = "login nosuperuser nocreatedb nocreaterole bypassrls"
        rows(session, f"create role {_ROLE} {options} password %s", (password,))
        for role in needs.roles:
            _make_role(session, role)
        locale = _make_database(session, dumped)
    inside = Connection({**server.superuser.parameters, "dbname": _DATABASE})
    with closing(_session(inside)) as session:
        has = {name for (name,) in rows(session, "select name from pg_available_extensions")}
        available = has | STOOD_FOR
        wanted = [one for one in needs.extensions if one.name in available and one.name != "plpgsql"]
        schemas = {one.schema for one in (*wanted, *needs.collations)} - {"pg_catalog", "public"}
        for schema in sorted(schemas):
            rows(session, f"create schema {quoted(schema)} authorization {_ROLE}")
        for one in wanted:
            _make_extension(session, one, has)
        if any(one.name == "postgres_fdw" for one in wanted):
            rows(session, f"grant usage on foreign data wrapper postgres_fdw to {_ROLE}")
        collations = _replace_collations(session, needs)
    connection = server.connection(_ROLE, password, _DATABASE)
    made = frozenset(one.name for one in wanted)
    stood_for = sorted(made - has)
    replaced = (*locale, *(f"C instead of {name}" for name in collations), *map(_INSTEAD.format, stood_for))
    return Prepared(connection, frozenset(available), made, frozenset(schemas), frozenset(collations), replaced)


def _session(connection: Connection) -> Session:
    return connection.connect(_PATIENCE, "-c search_path=pg_catalog -c allow_system_table_mods=on")


def _make_role(session: Session, role: str) -> None:
    """Make a role that policies may be for; it can do nothing. What the server has already stays as it is."""
    if not role.startswith("pg_") and not rows(session, "select from pg_roles where rolname = %s", (role,)):
        rows(session, f"create role {quoted(role)} nologin")


def _make_extension(session: Session, wanted: Named, has: Collection[str]) -> None:
    if wanted.name in has:
        rows(session, f"create extension {quoted(wanted.name)} with schema {quoted(wanted.schema)} cascade")
        return
    for statement in standing_in(wanted.name, wanted.schema):
        rows(session, statement)


def _make_database(session: Session, dumped: Server) -> tuple[str, ...]:
    """Make the database with the locale that was dumped; if the server does not know it, the nearest. Say which."""
    made = f"create database {_DATABASE} owner {_ROLE} template template0 encoding %s"
    try:
        rows(session, f"{made} lc_collate %s lc_ctype %s", (dumped.encoding, dumped.collation, dumped.ctype))
    except psycopg2.Error:
        if dumped.encoding == "UTF8":
            rows(session, f"{made} locale 'C' locale_provider builtin builtin_locale 'C.UTF-8'", (dumped.encoding,))
            return (f"C.UTF-8 instead of {dumped.collation}",)
        rows(session, f"{made} locale 'C'", (dumped.encoding,))
        return (f"C instead of {dumped.collation}",)
    return ()


def _replace_collations(session: Session, needs: Needs) -> tuple[str, ...]:
    """Make the collations that the server cannot have, as bytes are ordered; return their names.

    Rows and their equality do not depend on that, as long as a collation does not take different texts for equal.
    """
    known = {name for (name,) in rows(session, "select collname from pg_collation")}
    used = [Named("pg_catalog", name) for name in needs.used_collations if name not in known]
    for one in (*used, *needs.collations):
        rows(session, f"create collation {quoted(one.schema, one.name)} ({_AS_BYTES})")
    return tuple(
        one.name if one.schema == "pg_catalog" else f"{one.schema}.{one.name}" for one in (*used, *needs.collations)
    )
