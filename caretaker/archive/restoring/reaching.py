"""How the server that is restored to is reached: by the database that is named, or by another where it is not there."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

import psycopg2

from caretaker.archive import poolers
from caretaker.archive.connection import Connection, Session, connections
from caretaker.archive.sessions import begin, rows
from caretaker.core.network.line import Unreached
from caretaker.core.network.postgres_causes import cause
from caretaker.core.network.postgres_url import postgres_place
from caretaker.core.network.tls_causes import tls_cause
from caretaker.core.network.urls import UnusableUrl

_PATIENCE = 15.0  # seconds to connect
MAINTENANCE = ("postgres", "template1", "defaultdb")  # one of these is there on every server known to us


class Unreachable(Exception):
    """No session on the server that is to be restored to; the message says why, and what to do."""


class PasswordMissing(Unreachable):
    """The server wants a password, and none is known."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A way to a server: ``admin`` leads to a database that is there, which is the one that is meant if it exists."""

    admin: Connection
    database: str
    exists: bool

    @property
    def connection(self) -> Connection:
        """How the database that is meant is reached, once it is there."""
        return to_database(self.admin, self.database)


def named_database(url: str) -> str:
    """Return the database that an address names, empty if it names none; raise ``Unreachable`` for no address."""
    try:
        return postgres_place(url).parameters.get("dbname", "")
    except UnusableUrl as unusable:
        raise Unreachable(_unusable(unusable)) from None


def reach(url: str, ca: str, database: str, known: Mapping[str, str]) -> Reached:
    """Return how a server is reached; raise ``Unreachable``.

    ``known`` are parameters that the address may lack, such as its password.
    """
    try:
        place = postgres_place(url)
        if known_pooler := poolers.by_name(place.host, place.port):
            raise _pooler(*known_pooler)
        candidates = connections(url, ca, patience=_PATIENCE)
    except UnusableUrl as unusable:
        raise Unreachable(_unusable(unusable)) from None
    except Unreached as unreached:
        raise Unreachable(f"{unreached.failure.message}. {unreached.failure.fix}") from None
    failures = []
    for found in candidates:
        connection = Connection({**known, **found.parameters, "dbname": database})
        try:
            return _reached(connection, database)
        except Unreachable as failure:
            failures.append(failure)
    raise failures[0]


def _reached(meant: Connection, database: str) -> Reached:
    """Return the way by the first database that lets us in; raise ``Unreachable`` with what the meant one says."""
    first: psycopg2.Error | None = None
    for name in dict.fromkeys((database, *MAINTENANCE, meant.user)):
        connection = to_database(meant, name)
        try:
            with closing(begin(connection, _PATIENCE)) as session:
                if first is not None and _is_there(session, database):
                    break  # what the server says of the database itself is the reason
                if pooled := poolers.by_behaviour(connection, session, _PATIENCE):
                    raise _pooler(*pooled)
                return Reached(connection, database, first is None)
        except psycopg2.Error as error:
            if poolers.by_answer(str(error)):
                first = error
                break
            first = first or error
            if cause(str(error)) not in ("login", "other"):
                break
    assert first is not None
    raise _unreachable(meant, first)


def to_database(connection: Connection, database: str) -> Connection:
    """Return how another database of the same server is reached."""
    return Connection({**connection.parameters, "dbname": database})


def _is_there(session: Session, database: str) -> bool:
    return bool(rows(session, "select 1 from pg_database where datname = %s", (database,)))


def _unreachable(connection: Connection, error: psycopg2.Error) -> Unreachable:
    text = connection.redactor.text(str(error))
    said, peer = " ".join(text.replace("FATAL:", "").split())[:200], connection.peer
    if "no password supplied" in text:
        return PasswordMissing(f"{peer} wants a password for {connection.user}: give it by PGPASSWORD or a passfile")
    if poolers.by_answer(text):
        return _pooler(f"{peer} is a pooler: {said}", poolers.USUAL)
    match cause(text):
        case "login":
            return Unreachable(f"{peer} does not let us in: {said}. Check the user, the password and pg_hba.conf.")
        case "tls":
            otherwise = (
                "Name its authority (sslrootcert= in the address, ca: for drills), or set sslmode= in the address."
            )
            reason, fix = tls_cause(text, otherwise)
            return Unreachable(f"no TLS connection to {peer}: {' '.join(reason.split())[:200]}. {fix}")
        case "refused":
            return Unreachable(f"{peer} refused the connection. Check that PostgreSQL listens there, and lets you in.")
        case "lost" | "other":
            return Unreachable(f"no session on {peer}: {said}. See the server's log.")


def _pooler(what: str, fix: str) -> Unreachable:
    return Unreachable(f"{what}. {fix}")


def _unusable(unusable: UnusableUrl) -> str:
    return f"the address to restore to cannot be used: {unusable}. Write postgresql://user@host/database."
