"""The database that is restored to, as it is before anything is done: what is in it, what its role may do there."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from caretaker.archive.connection import Connection, Session
from caretaker.archive.manifest import Provider
from caretaker.archive.restoring.mark import read_mark
from caretaker.archive.restoring.reaching import Reached
from caretaker.archive.sessions import begin, has_icu, rows, version_of_session
from caretaker.archive.versions import Version

_PATIENCE = 15.0  # seconds to connect

# What belongs to nobody but whoever uses the database: neither the system's own nor an extension's. The schema that an
# extension was put into is no content, as long as nothing else is in it.
_CONTENT = """
with member as (select classid, objid from pg_depend where deptype = 'e'),
own as (
  select oid from pg_namespace
  where nspname !~ '^pg_' and nspname <> 'information_schema'
  and not exists (select from member m where m.classid = 'pg_namespace'::regclass and m.objid = oid))
select case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view'
       when 'f' then 'foreign table' else 'table' end, count(*)
from pg_class c where relnamespace in (select oid from own) and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
and not exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid) group by 1
union all
select 'function', count(*) from pg_proc p where pronamespace in (select oid from own)
and not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
union all
select 'type', count(*) from pg_type t where typnamespace in (select oid from own) and typrelid = 0
and typcategory <> 'A' and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid)
union all
select 'schema', count(*) from pg_namespace n where oid in (select oid from own) and nspname <> 'public'
and not exists (select from pg_extension e where e.extnamespace = n.oid)
union all
select 'large object', count(*) from pg_largeobject_metadata
union all
select 'event trigger', count(*) from pg_event_trigger t
where not exists (select from member m where m.classid = 'pg_event_trigger'::regclass and m.objid = t.oid)
"""
_RIGHTS = "select rolsuper, rolcreatedb from pg_roles where rolname = current_user"


@dataclass(frozen=True, slots=True)
class Offer:
    """An extension that a server has, and whether it is in the database already.

    ``superusers`` is whether the server says that only a superuser may make it.
    """

    version: str
    installed: bool
    superusers: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A database to restore to, and its server.

    ``content`` counts what is in it by kind, in words; ``schemas`` are those in it; ``sessions`` those of others on it.
    ``unfinished`` names the backup that a restore which was killed has left a part of. ``may_create`` is whether the
    role may make objects there, or the database itself if it does not exist. ``data_directory`` is empty where the role
    may not know it. ``may_be`` are the roles that the role is a member of, all for a superuser. ``providers`` are
    of the locales that a database may have there.
    """

    admin: Connection
    database: str
    exists: bool
    version: Version
    content: tuple[str, ...]
    schemas: frozenset[str]
    sessions: int
    unfinished: str
    is_superuser: bool
    may_create: bool
    extensions: Mapping[str, Offer]
    roles: frozenset[str]
    may_be: frozenset[str]
    data_directory: str
    is_standby: bool
    providers: frozenset[Provider]

    @property
    def connection(self) -> Connection:
        """How the database is reached, once it is there."""
        return Reached(self.admin, self.database, self.exists).connection


def look(reached: Reached) -> Target:
    """Return what there is to know of a target; raise ``psycopg2.Error``."""
    with closing(begin(reached.admin, _PATIENCE)) as session:
        version = version_of_session(session)
        superuser, createdb = rows(session, _RIGHTS)[0]
        return Target(
            admin=reached.admin,
            database=reached.database,
            exists=reached.exists,
            version=version,
            content=_content(session) if reached.exists else (),
            schemas=_schemas(session) if reached.exists else frozenset(),
            sessions=_sessions(session, reached.database),
            unfinished=read_mark(session, reached.database) if reached.exists else "",
            is_superuser=bool(superuser),
            may_create=_may_create(session) if reached.exists else bool(superuser or createdb),
            extensions=_extensions(session, version, reached.exists),
            roles=frozenset(name for (name,) in rows(session, "select rolname from pg_roles")),
            may_be=_may_be(session, version),
            data_directory=str(rows(session, "show data_directory")[0][0]) if superuser else "",
            is_standby=bool(rows(session, "select pg_is_in_recovery()")[0][0]),
            providers=_providers(session, version),
        )


def _content(session: Session) -> tuple[str, ...]:
    return tuple(f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in rows(session, _CONTENT) if number)


def _schemas(session: Session) -> frozenset[str]:
    return frozenset(name for (name,) in rows(session, "select nspname from pg_namespace"))


def _sessions(session: Session, database: str) -> int:
    asked = "select count(*) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
    return int(rows(session, asked, (database,))[0][0])


def _providers(session: Session, version: Version) -> frozenset[Provider]:
    known: set[Provider] = {"libc"}
    if version >= Version(17, 0):
        known.add("builtin")
    if version >= Version(15, 0) and has_icu(session):
        known.add("icu")
    return frozenset(known)


def _may_be(session: Session, version: Version) -> frozenset[str]:
    right = "set" if version >= Version(16, 0) else "member"
    found = rows(session, "select rolname from pg_roles where pg_has_role(oid, %s)", (right,))
    return frozenset(name for (name,) in found)


def _may_create(session: Session) -> bool:
    """Whether the role may make schemas, and objects in ``public``, which PostgreSQL 15 and later keep to its owner."""
    found = rows(
        session,
        "select has_database_privilege(current_database(), 'create') and coalesce("
        "(select has_schema_privilege(oid, 'create') from pg_namespace where nspname = 'public'), true)",
    )
    return bool(found[0][0])


def _extensions(session: Session, version: Version, exists: bool) -> dict[str, Offer]:
    trusted = "not v.trusted" if version >= Version(13, 0) else "true"
    found = rows(
        session,
        f"""select e.name, e.default_version, e.installed_version is not null,
                   coalesce((select bool_and(v.superuser and {trusted}) from pg_available_extension_versions v
                             where v.name = e.name and v.version = e.default_version), true)
            from pg_available_extensions e""",  # noqa: S608 - our own texts
    )
    return {name: Offer(number, exists and installed, superusers) for name, number, installed, superusers in found}
