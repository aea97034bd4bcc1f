"""What belongs to the server and not to one database: roles, their memberships and settings, without passwords."""

import subprocess
from pathlib import Path

from caretaker.archive import sessions
from caretaker.archive.connection import Connection, Session
from caretaker.archive.programs import Programs
from caretaker.archive.sessions import quoted, rows, version_of_session
from caretaker.archive.versions import Version

_OPTIONS = ("--globals-only", "--no-role-passwords", "--no-password")
_RIGHTS = (
    ("rolsuper", "SUPERUSER"),
    ("rolinherit", "INHERIT"),
    ("rolcreaterole", "CREATEROLE"),
    ("rolcreatedb", "CREATEDB"),
    ("rolcanlogin", "LOGIN"),
    ("rolreplication", "REPLICATION"),
    ("rolbypassrls", "BYPASSRLS"),
)


def globals_sql(connection: Connection, session: Session, programs: Programs, left: float) -> bytes:
    """Return roles and settings as SQL; of a managed server, which lets nobody see everything, what it permits.

    ``left`` is the seconds that are left. Raises ``psycopg2.Error`` if not even roles can be read.
    """
    environment = sessions.environment(connection, session)
    database = connection.database.replace("\\", "\\\\").replace("'", "\\'")
    command: list[str | Path] = [programs.path("pg_dumpall"), *_OPTIONS, f"--database=dbname='{database}'"]
    try:
        dumped = subprocess.run(
            command, env=programs.environment(environment), capture_output=True, timeout=left, check=False
        )
    except subprocess.TimeoutExpired:
        return _permitted(session)
    return dumped.stdout if dumped.returncode == 0 else _permitted(session)


def _permitted(session: Session) -> bytes:
    head = ["-- Made from what the server permits: pg_dumpall was refused.", "SET client_encoding = 'UTF8';"]
    return "\n".join([*head, *_roles(session), *_memberships(session), *_settings(session), ""]).encode()


def _roles(session: Session) -> list[str]:
    chosen = ", ".join(column for column, _ in _RIGHTS)
    found = rows(
        session,
        f"select rolname, rolconnlimit, rolvaliduntil::text, {chosen} from pg_roles "  # noqa: S608
        "where rolname !~ '^pg_' order by rolname",
    )
    written = []
    for name, most, until, *rights in found:
        words = [word if has else f"NO{word}" for has, (_, word) in zip(rights, _RIGHTS, strict=True)]
        limit = f" CONNECTION LIMIT {most}" if most != -1 else ""
        ends = f" VALID UNTIL {_text(until)}" if until else ""
        written.append(f"CREATE ROLE {quoted(name)};")
        written.append(f"ALTER ROLE {quoted(name)} WITH {' '.join(words)}{limit}{ends};")
    return written


def _memberships(session: Session) -> list[str]:
    kinds = ("admin", "inherit", "set") if version_of_session(session) >= Version(16, 0) else ("admin",)
    found = rows(
        session,
        f"select distinct r.rolname, m.rolname, {', '.join(f'{kind}_option' for kind in kinds)} "  # noqa: S608
        "from pg_auth_members a join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member order by 1, 2",
    )
    return [_grant(role, member, dict(zip(kinds, has, strict=True))) for role, member, *has in found]


def _grant(role: str, member: str, has: dict[str, bool]) -> str:
    if "set" in has:
        how = " WITH " + ", ".join(f"{kind.upper()} {str(value).upper()}" for kind, value in has.items())
    else:
        how = " WITH ADMIN OPTION" if has["admin"] else ""
    return f"GRANT {quoted(role)} TO {quoted(member)}{how};"


def _settings(session: Session) -> list[str]:
    """Return the settings of roles, and of roles in databases; those of databases alone are part of a dump."""
    found = rows(
        session,
        "select r.rolname, d.datname, setting from pg_db_role_setting s join pg_roles r on r.oid = s.setrole "
        "left join pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) setting order by 1, 2, 3",
    )
    written = []
    for role, database, setting in found:
        name, _, value = setting.partition("=")
        within = f" IN DATABASE {quoted(database)}" if database else ""
        written.append(f"ALTER ROLE {quoted(role)}{within} SET {quoted(*name.split('.'))} TO {_value(name, value)};")
    return written


# The settings that are lists: each of their parts is quoted by itself already, as pg_dumpall writes them.
_LISTS = frozenset(
    {
        *("datestyle", "search_path", "temp_tablespaces", "createrole_self_grant"),
        *("local_preload_libraries", "session_preload_libraries", "shared_preload_libraries"),
    }
)


def _value(name: str, value: str) -> str:
    return value if name.lower() in _LISTS and value else _text(value)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
