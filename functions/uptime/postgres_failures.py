"""What libpq and the server say when something fails, in words for somebody who has to mend it."""

from caretaker.core.network.failure import Failure
from caretaker.core.network.postgres_causes import cause
from caretaker.core.network.tls_causes import tls_cause
from functions.uptime.postgres_login import MOST_ROUNDS

_SHOWN = 200  # characters of the server's own words


def connecting(peer: str, text: str) -> Failure:
    """Return what a failed connection means, from libpq's message."""
    said = _short(text)
    match cause(text):
        case "refused":
            return Failure(
                "connection-refused",
                f"{peer} refused the connection",
                "Check that PostgreSQL runs and listens on this address and port (listen_addresses).",
                measured="refused",
                limit="a connection",
            )
        case "login":
            return Failure(
                "auth-failed",
                f"{peer} does not let us in: {said}",
                "Check the user, the password and the database in the secret, and the server's pg_hba.conf.",
                measured=said,
                limit="a login",
            )
        case "tls":
            reason, fix = tls_cause(text, "Set ca: to the server's authority, or sslmode= in the address.")
            return Failure(
                "tls-failure", f"no TLS connection to {peer}: {_short(reason)}", fix, said, "a verified TLS connection"
            )
        case "lost":
            return lost(peer)
        case "other":
            return Failure(
                "query-failed",
                f"no session on {peer}: {said}",
                "Look at the server's log: it may be starting, out of connections, or no PostgreSQL at all.",
                measured=said,
                limit="a session",
            )


def lost(peer: str) -> Failure:
    """Return the failure of a server that has ended the connection."""
    return Failure(
        "connection-reset",
        f"{peer} closed the connection",
        "Look at the server's log: often a restart, a crash, or a pooler that is out of connections.",
        measured="closed",
        limit="an answer",
    )


def querying(peer: str, code: str, text: str) -> Failure:
    """Return what a failed query means, from its SQLSTATE and the server's message."""
    said = _short(text)
    return Failure(
        "query-failed",
        f"the query failed on {peer}: {said}" + (f" (SQLSTATE {code})" if code else ""),
        "Run the query by hand with the same role: it may lack a privilege, or a table has changed.",
        measured=f"SQLSTATE {code}" if code else said,
        limit="one value",
    )


def not_one_value(peer: str, what: str) -> Failure:
    """Return the failure of a query that gives something else than one value."""
    return Failure(
        "query-failed",
        f"the query on {peer} gave {what}, expected one value",
        "Write a query of one row and one column, such as select count(*) from …",
        measured=what,
        limit="one row of one column",
    )


def too_much_hashing(peer: str, rounds: int) -> Failure:
    """Return the failure of a server that would keep us busy with its login."""
    return Failure(
        "auth-failed",
        f"{peer} asks for {rounds:,} rounds of hashing before it lets us in",
        "Set the password again with a smaller scram_iterations; if nobody has raised it, see who answers there.",
        measured=f"{rounds:,} rounds",
        limit=f"{MOST_ROUNDS:,} rounds",
    )


def _short(text: str) -> str:
    line = " ".join(text.replace("FATAL:", "").split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"
