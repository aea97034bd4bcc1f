"""What every session of a backup is set to: nothing of the role or the database may cut it short or change its text.

A role's and a database's own settings (``ALTER ROLE … SET``) come before those of a session's beginning, which prevail.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg2

from caretaker.archive.connection import Connection, Session
from caretaker.archive.versions import Version, version_of_server

LOCK_WAIT = 60  # seconds that a lock is waited for; pg_dump is told by --lock-wait-timeout

_ALL = Version(0, 0)
# Name, value, and the version that has it first.
_SETTINGS = (
    ("statement_timeout", "0", _ALL),
    ("lock_timeout", f"{LOCK_WAIT}s", Version(9, 3)),
    ("idle_in_transaction_session_timeout", "0", Version(9, 6)),
    ("idle_session_timeout", "0", Version(14, 0)),
    ("transaction_timeout", "0", Version(17, 0)),
    ("default_transaction_read_only", "on", _ALL),
    ("default_transaction_isolation", "repeatable read", _ALL),
    ("default_transaction_deferrable", "off", _ALL),
    ("row_security", "off", Version(9, 5)),
    ("search_path", "pg_catalog", _ALL),
    ("DateStyle", "ISO, YMD", _ALL),
    ("IntervalStyle", "postgres", _ALL),
    ("TimeZone", "UTC", _ALL),
    ("extra_float_digits", "3", _ALL),
    ("bytea_output", "hex", _ALL),
    ("xmlbinary", "base64", _ALL),
    ("xmloption", "content", _ALL),
    ("standard_conforming_strings", "on", _ALL),
    ("quote_all_identifiers", "off", _ALL),
    ("client_min_messages", "warning", _ALL),
    ("jit", "off", Version(11, 0)),
)
# Money is written as its reader's country writes it. A dump has to keep that, for its reader; a digest must not.
_FOR_DIGESTS = ("lc_monetary", "C")


def options(version: Version) -> str:
    """Return the settings for programs that speak to a server of this version, as ``PGOPTIONS`` has them."""
    return _written([(name, value) for name, value, since in _SETTINGS if since <= version])


def environment(connection: Connection, session: Session) -> dict[str, str]:
    """Return how a program that dumps gets to the database of a session, and is set; texts come as they are there."""
    encoding = session.get_parameter_status("server_encoding")
    return connection.environment(options(version_of_session(session))) | {"PGCLIENTENCODING": str(encoding)}


def begin(connection: Connection, patience: float) -> Session:
    """Return a session of ours with these settings; raise ``psycopg2.Error``. ``patience`` is in seconds."""
    first = [(name, value) for name, value, since in _SETTINGS if since == _ALL]
    session = connection.connect(patience, _written(first))
    try:
        version = version_of_session(session)
        later = [(name, value) for name, value, since in _SETTINGS if _ALL < since <= version] + [_FOR_DIGESTS]
        calls = ", ".join(["pg_catalog.set_config(%s, %s, false)"] * len(later))
        rows(session, f"select {calls}", [text for setting in later for text in setting])
    except BaseException:
        session.close()
        raise
    return session


def version_of_session(session: Session) -> Version:
    """Return the version of the server at the other end."""
    return version_of_server(session.server_version)


def system_identifier(session: Session) -> str:
    """Return the server's own number, empty if it keeps it to itself; outside of a transaction, as that may fail."""
    with suppress(psycopg2.Error):
        return str(rows(session, "select system_identifier from pg_control_system()")[0][0])
    return ""


def has_icu(session: Session) -> bool:
    """Whether the server was built with ICU: one without has a collation of it all the same, and cannot use that."""
    return bool(rows(session, "select exists (select from pg_collation where collname like '%-x-icu')")[0][0])


def rows(session: Session, statement: str, values: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
    """Run one statement, or several of which the last counts, and return its rows; raise ``psycopg2.Error``."""
    with session.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def quoted(*names: str) -> str:
    """Return names as SQL and pg_dump's patterns quote them: ``"app"."orders"``."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def _written(settings: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"-c {name}=" + value.replace(" ", "\\ ") for name, value in settings)
