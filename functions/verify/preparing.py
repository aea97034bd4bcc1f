"""A database to restore into, with what the restored code may not make by itself: extensions, collations, roles."""

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

import psycopg2

from caretaker.archive.connection import Connection, Session
from caretaker.archive.manifest import Server
from caretaker.archive.programs import Programs
from caretaker.archive.restoring.databases import writing
from caretaker.archive.restoring.locales import as_it_was, sorted_by
from caretaker.archive.restoring.target import Target
from caretaker.archive.sessions import has_icu, quoted, rows, version_of_session
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

    ``collations`` were made as others; ``replaced`` says what stands for what the server does not have, ``sorts`` the
    part of it that sorts otherwise. ``roles`` are all that the server has. ``anew`` makes the same database once more,
    without whatever has come into it; where it is None, that cannot be done.
    """

    connection: Connection
    extensions: frozenset[str]
    made: frozenset[str]
    schemas: frozenset[str]
    collations: frozenset[str]
    replaced: tuple[str, ...]
    sorts: tuple[str, ...]
    roles: frozenset[str]
    anew: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A server to restore into: its version, the programs for it, and what makes a database there ready."""

    version: str
    programs: Programs
    prepare: Callable[[Needs], Prepared]


def prepare(server: Throwaway, dumped: Server, needs: Needs, password: str) -> Prepared:
    """Make the database and its owner, who is no superuser; raise ``psycopg2.Error``."""
    with closing(_session(server.superuser)) as session:
        options = "login nosuperuser nocreatedb nocreaterole bypassrls"
        rows(session, f"create role {_ROLE} {options} password %s", (password,))
        for role in needs.roles:
            _make_role(session, role)
    return _prepared(server, dumped, needs, password)


def prepare_own(target: Target, difference: str, needs: Needs) -> Prepared:
    """Make ready what the role that owns the database may make by itself; raise ``psycopg2.Error``.

    ``difference`` is how the database is not as the dumped one was. What the role is refused counts as not there.
    """
    with closing(writing(target.connection)) as session:
        wanted = _at_hand(needs.extensions, target.extensions)
        replaced = needs.collations if needs.collations and not has_icu(session) else ()
        schemas = _make_schemas(session, (*wanted, *replaced), target.admin.user)
        refused = {one.name for one in wanted if not _may_make_extension(session, one)}
        collations = _make_as_bytes(session, replaced)
    sorts = (*filter(None, (difference,)), *(f"C instead of {name}" for name in collations))
    return Prepared(
        connection=target.connection,
        extensions=frozenset(target.extensions.keys() - refused),
        made=frozenset(one.name for one in wanted if one.name not in refused),
        schemas=schemas,
        collations=frozenset(collations),
        replaced=sorts,
        sorts=sorts,
        roles=target.roles,
    )


def _prepared(server: Throwaway, dumped: Server, needs: Needs, password: str) -> Prepared:
    with closing(_session(server.superuser)) as session:
        rows(session, f"drop database if exists {_DATABASE}")
        locale = _make_database(session, dumped)
    inside = Connection({**server.superuser.parameters, "dbname": _DATABASE})
    with closing(_session(inside)) as session:
        has = {name for (name,) in rows(session, "select name from pg_available_extensions")}
        available = has | STOOD_FOR
        wanted = _at_hand(needs.extensions, available)
        schemas = _make_schemas(session, (*wanted, *needs.collations), _ROLE)
        for one in wanted:
            _make_or_stand_in(session, one, has)
        for (wrapper,) in rows(session, "select fdwname from pg_foreign_data_wrapper"):
            rows(session, f"grant usage on foreign data wrapper {quoted(wrapper)} to {_ROLE}")
        known = {name for (name,) in rows(session, "select collname from pg_collation")}
        used = [Named("pg_catalog", name) for name in needs.used_collations if name not in known]
        collations = _make_as_bytes(session, (*used, *needs.collations))
        roles = _roles(session)
    connection = server.connection(_ROLE, password, _DATABASE)
    made = frozenset(one.name for one in wanted)
    sorts = (*locale, *(f"C instead of {name}" for name in collations))
    replaced = (*sorts, *map(_INSTEAD.format, sorted(made - has)))
    return Prepared(
        connection=connection,
        extensions=frozenset(available),
        made=made,
        schemas=schemas,
        collations=frozenset(collations),
        replaced=replaced,
        sorts=sorts,
        roles=roles,
        anew=lambda: _prepared(server, dumped, needs, password),
    )


def _at_hand(extensions: Iterable[Named], available: Container[str]) -> list[Named]:
    return [one for one in extensions if one.name in available and one.name != "plpgsql"]


def _make_schemas(session: Session, things: Iterable[Named], owner: str) -> frozenset[str]:
    """Make the schemas of what is made beforehand."""
    schemas = {one.schema for one in things} - {"pg_catalog", "public"}
    for schema in sorted(schemas):
        rows(session, f"create schema {quoted(schema)} authorization {quoted(owner)}")
    return frozenset(schemas)


def _make_extension(session: Session, one: Named) -> None:
    rows(session, f"create extension {quoted(one.name)} with schema {quoted(one.schema)} cascade")


def _may_make_extension(session: Session, one: Named) -> bool:
    """Make an extension; return whether that was allowed, which only trying tells: each provider has a list."""
    try:
        _make_extension(session, one)
    except (psycopg2.ProgrammingError, psycopg2.NotSupportedError):
        return False
    return True


def _roles(session: Session) -> frozenset[str]:
    return frozenset(name for (name,) in rows(session, "select rolname from pg_roles"))


def _session(connection: Connection) -> Session:
    return connection.connect(_PATIENCE, "-c search_path=pg_catalog -c allow_system_table_mods=on")


def _make_role(session: Session, role: str) -> None:
    """Make a role that policies may be for; it can do nothing. What the server has already stays as it is."""
    if not role.startswith("pg_") and role not in _roles(session):
        rows(session, f"create role {quoted(role)} nologin")


def _make_or_stand_in(session: Session, wanted: Named, has: Collection[str]) -> None:
    if wanted.name in has:
        _make_extension(session, wanted)
        return
    for statement in standing_in(wanted.name, wanted.schema):
        rows(session, statement)


def _make_database(session: Session, dumped: Server) -> tuple[str, ...]:
    """Make the database with the locale that was dumped; if the server does not know it, the nearest. Say which."""
    made = f"create database {_DATABASE} owner {_ROLE} template template0"
    try:
        rows(session, f"{made} {as_it_was(dumped, version_of_session(session))}")
    except psycopg2.Error:
        made = f"{made} encoding %s locale 'C'"
        if dumped.encoding == "UTF8":
            rows(session, f"{made} locale_provider builtin builtin_locale 'C.UTF-8'", (dumped.encoding,))
            return (f"C.UTF-8 instead of {sorted_by(dumped)}",)
        rows(session, made, (dumped.encoding,))
        return (f"C instead of {sorted_by(dumped)}",)
    return ()


def _make_as_bytes(session: Session, collations: Sequence[Named]) -> tuple[str, ...]:
    """Make the collations that the server cannot have, as bytes are ordered; return their names.

    Rows and their equality do not depend on that, as long as a collation does not take different texts for equal.
    """
    for one in collations:
        rows(session, f"create collation {quoted(one.schema, one.name)} ({_AS_BYTES})")
    return tuple(one.name if one.schema == "pg_catalog" else f"{one.schema}.{one.name}" for one in collations)
