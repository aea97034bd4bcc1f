"""The address of a PostgreSQL database, and how TLS is spoken to it."""

from dataclasses import dataclass
from ipaddress import ip_address

import psycopg2
from psycopg2.extensions import parse_dsn

from caretaker.core.network.roots import bundle
from caretaker.core.network.urls import UnusableUrl


@dataclass(frozen=True, slots=True)
class PostgresPlace:
    """Where a database is: libpq's own parameters, ``host`` and ``port`` among them."""

    host: str
    port: int
    parameters: dict[str, str]

    def with_address(self, address: str, ca: str) -> dict[str, str]:
        """Return what to connect to this address with: verified TLS, unless the URL says otherwise.

        A host of one's own network may do without TLS, as it may for libpq.
        """
        parameters = self.parameters | {"hostaddr": address, "application_name": "caretaker"}
        if "sslmode" not in parameters and (ca or ip_address(address).is_global):
            parameters["sslmode"] = "verify-full"
        if parameters.get("sslmode", "").startswith("verify-"):
            parameters.setdefault("sslrootcert", bundle(ca))
        return parameters


def postgres_place(url: str) -> PostgresPlace:
    """Return the parts of a PostgreSQL URL; raise ``UnusableUrl``, which never holds the password, if it is none."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise UnusableUrl("it does not begin with postgresql://")
    try:
        parameters = {name: str(value) for name, value in parse_dsn(url).items()}
    except (psycopg2.ProgrammingError, UnicodeError):
        raise UnusableUrl("it is not understood by PostgreSQL's own library") from None
    host = parameters.get("host", "")
    port = parameters.get("port", "5432")
    if not host or "," in host or host.startswith(("/", "@")):
        raise UnusableUrl("it does not name exactly one host")
    if not port.isdecimal():
        raise UnusableUrl("its port is not a number")
    return PostgresPlace(host, int(port), parameters)
