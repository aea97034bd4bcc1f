"""How a database is reached: by sessions of ours, and by PostgreSQL's programs, to which secrets go by environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from psycopg2 import extensions

from caretaker.core.network.dialling import resolve
from caretaker.core.network.line import Line
from caretaker.core.network.postgres_url import postgres_place
from caretaker.core.network.roots import bundle
from caretaker.core.network.urls import UnusableUrl
from caretaker.core.secrets import Redactor

Session = extensions.connection

# The variable for each parameter of libpq 17 that has one: https://www.postgresql.org/docs/17/libpq-envars.html
_VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "options": "PGOPTIONS",
    "application_name": "PGAPPNAME",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "sslmode": "PGSSLMODE",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcertmode": "PGSSLCERTMODE",
    "sslcrl": "PGSSLCRL",
    "sslcrldir": "PGSSLCRLDIR",
    "sslsni": "PGSSLSNI",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "channel_binding": "PGCHANNELBINDING",
    "require_auth": "PGREQUIREAUTH",
    "gssencmode": "PGGSSENCMODE",
    "krbsrvname": "PGKRBSRVNAME",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
# These are ours to choose, whatever the address says: a dump is in the encoding of its database.
_OURS = frozenset({"client_encoding", "fallback_application_name", "keepalives", "keepalives_idle", "tcp_user_timeout"})
# A firewall forgets a connection that is silent, after 350 s at a NAT gateway; a peer that is gone has to be noticed.
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 6, "tcp_user_timeout": 90_000}


@dataclass(frozen=True, slots=True)
class Connection:
    """Parameters of libpq for one address of one server; secrets are among them, and in no text that this gives."""

    parameters: Mapping[str, str] = field(repr=False)

    @property
    def database(self) -> str:
        """The database's name."""
        return self.parameters["dbname"]

    @property
    def user(self) -> str:
        """The role that logs in."""
        return self.parameters["user"]

    @property
    def peer(self) -> str:
        """Host, port and address, for messages."""
        line = Line(self.parameters["host"], int(self.parameters.get("port", "5432")), 0)
        line.address = self.parameters.get("hostaddr", "")
        return line.peer

    @property
    def redactor(self) -> Redactor:
        """What takes the password out of texts, such as a program's last words."""
        return Redactor((self.parameters.get("password", ""),))

    def environment(self, options: str = "") -> dict[str, str]:
        """Return how a program connects: ``options`` (as ``-c name=value``) come after, and prevail over, its own."""
        environment = {_VARIABLES[name]: value for name, value in self.parameters.items()}
        both = " ".join(filter(None, (self.parameters.get("options", ""), options)))
        return environment | ({"PGOPTIONS": both} if both else {})

    def connect(self, patience: float, options: str = "") -> Session:
        """Return a session without a transaction, on which names come in whatever encoding the database has.

        ``patience`` is in seconds. Raises ``psycopg2.Error``; libpq's messages hold no password.
        """
        both = " ".join(filter(None, (self.parameters.get("options", ""), options)))
        parameters: dict[str, Any] = {
            **self.parameters,
            **_ALIVE,
            "connect_timeout": max(2, int(patience)),
            "client_encoding": "UTF8",
        }
        if both:
            parameters["options"] = both
        session = psycopg2.connect(extensions.make_dsn(**parameters))
        session.autocommit = True
        if session.get_parameter_status("server_encoding") == "SQL_ASCII":
            # Bytes without an encoding: each is a letter of this one, so none is refused and none is lost.
            session.set_client_encoding("LATIN1")
        return session


def connections(url: str, ca: str, *, patience: float) -> tuple[Connection, ...]:
    """Return how a database is reached, once for each address of its host: a backup stays with one server.

    ``ca`` is PEM text, ``patience`` the seconds for resolving the name. TLS is verified unless the address says
    otherwise or is one of a private network. Raises ``UnusableUrl``, ``Unreached`` if there is no address.
    """
    place = postgres_place(url)
    known = {name: value for name, value in place.parameters.items() if name not in _OURS}
    if unknown := sorted(known.keys() - _VARIABLES.keys()):
        raise UnusableUrl(f"PostgreSQL's programs cannot be given its {unknown[0]}: leave that out")
    if "user" not in known:
        raise UnusableUrl("it names no user")
    chosen = known.get("hostaddr")
    addresses = (chosen,) if chosen else resolve(Line(place.host, place.port, patience), "any")
    return tuple(Connection(_complete(place.with_address(address, ca), known)) for address in addresses)


def _complete(parameters: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    complete = {name: value for name, value in parameters.items() if name not in _OURS}
    complete.setdefault("dbname", known["user"])
    if complete.get("sslrootcert") == "system":  # libpq would look where it was compiled, and there is nothing
        complete |= {"sslmode": "verify-full", "sslrootcert": bundle("")}
    return complete
