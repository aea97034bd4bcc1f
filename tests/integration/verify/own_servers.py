"""A server that its owner keeps for drills, and what drills are given to use it."""

from collections.abc import Callable
from urllib.parse import quote

from functions.verify.means import OwnServer
from tests.databases import run
from tests.postgres import PostgresServer

PASSWORD = "dr1ll/s3cret"  # in an address some of it is written otherwise


def role(server: PostgresServer, name: str, rights: str = "login createdb") -> str:
    """Make a role anew, and return its name."""
    run(server, "postgres", f"drop role if exists {name}", f"create role {name} {rights} password '{PASSWORD}'")
    return name


def own_server(
    server: PostgresServer,
    user: str,
    *,
    port: int | None = None,
    password: str = PASSWORD,
    ca: str | None = None,
    is_under_way: Callable[[str], bool] = lambda _backup: False,
) -> OwnServer:
    """Return how a drill finds the server, as a role of it; with a ``ca`` over TLS, from whom that knows."""
    tls = "" if ca is None else "?sslmode=verify-full"
    url = f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{port or server.port}/postgres{tls}"
    return OwnServer(lambda: url, ca or "", is_under_way)


def databases(server: PostgresServer) -> set[str]:
    """Return the names of all databases of the server."""
    return {name for (name,) in run(server, "postgres", "select datname from pg_database")}


def let_go_of(server: PostgresServer, *names: str) -> None:
    """Drop databases."""
    for name in names:
        run(server, "postgres", f"drop database if exists {name} with (force)")
