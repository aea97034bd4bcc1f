"""Looks at PostgreSQL databases: they let you in, and a query gives one value in time, and a good one.

libpq is used in its non-blocking mode, so that one deadline holds for everything, whatever the server does.
The query runs in a read-only transaction; the server itself ends it when the time is over.
"""

import select
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, make_dsn

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.crowd import each
from caretaker.core.looking.judging import finding_of, judged
from caretaker.core.network.dialling import resolve
from caretaker.core.network.line import Line, Unreached
from caretaker.core.network.postgres_url import PostgresPlace, postgres_place
from caretaker.core.results import Finding, Measurement, Result
from caretaker.core.targets.postgres import PostgresTarget
from functions.uptime.postgres_failures import connecting, lost, not_one_value, querying, too_much_hashing
from functions.uptime.postgres_login import MOST_ROUNDS, rounds_asked
from functions.uptime.postgres_values import measurement, plain
from functions.uptime.slowness import slow
from functions.uptime.traffic import received
from functions.uptime.values import Judged, judge_value

_SELECTS = ("select", "with", "values", "table")
_MOST_RECEIVED = 4_000_000  # bytes of a whole look: libpq keeps all that it is sent in memory
_HALF_A_MESSAGE = 0.01  # seconds until the rest of it is looked for
_CANCELLED = "57014"
_FIX = "Look at what the database does: pg_stat_activity, pg_stat_replication, the sizes of its tables."


def probe(targets: Sequence[PostgresTarget], conditions: Conditions) -> Iterator[Result]:
    """Yield one Result for each target."""
    yield from each(targets, partial(_look, conditions=conditions), conditions)


def _look(target: PostgresTarget, conditions: Conditions) -> Result:
    place = postgres_place(target.url)
    line = Line(place.host, place.port, target.timeout)
    findings: list[Finding] = []
    measured: dict[str, Measurement] = {}
    try:
        value = _value(target, place, line, measured)
        judging = Judged("the value", "query-failed", "value-limit", target.severity, _FIX)
        findings += [*judge_value(judging, target.value, value), *slow(target.slow, line.seconds)]
        measured["value"] = measurement(value)
    except Unreached as unreached:
        findings.append(finding_of(unreached.failure, target))
    seconds = line.seconds
    return judged(
        target,
        findings,
        conditions,
        healthy=f"answered in {seconds:.3f} s",
        where=f"postgresql://{line.endpoint}/{place.parameters.get('dbname', '')}",
        measurements={"seconds": round(seconds, 4), "dns": round(line.dns, 4), "address": line.address, **measured},
    )


def _value(target: PostgresTarget, place: PostgresPlace, line: Line, measured: dict[str, Measurement]) -> Any:
    """Return the one value of the query; raise ``Unreached`` if there is none."""
    connection = _connected(target, place, line)
    try:
        measured["connect"] = round(line.seconds - line.dns, 4)
        measured["server_version"] = connection.server_version
        before = time.monotonic()
        cursor = connection.cursor()
        _run(line, connection, cursor, "begin read only")
        _run(line, connection, cursor, f"set local statement_timeout = {max(1, int(line.left * 1000))}")
        _run(line, connection, cursor, _at_most_two_rows(target.query))
        measured["first_byte"] = round(time.monotonic() - before, 4)
        return _only(line, cursor)
    finally:
        with suppress(psycopg2.Error):
            connection.close()


def _connected(target: PostgresTarget, place: PostgresPlace, line: Line) -> Any:  # a psycopg2 connection
    """Connect to the first address that lets us in."""
    failures = []
    for address in resolve(line, target.ip):
        line.address = address
        try:
            connection = psycopg2.connect(make_dsn(**place.with_address(address, target.ca)), async_=True)
            _wait(line, connection, "did not take the connection")
        except (psycopg2.Error, UnicodeDecodeError) as error:
            failures.append(connecting(line.peer, _text(error)))
        else:
            return connection
    raise Unreached(failures[0])


def _run(line: Line, connection: Any, cursor: Any, statement: str) -> None:
    try:
        cursor.execute(statement)
        _wait(line, connection, "did not answer the query")
    except UnicodeDecodeError as error:
        raise Unreached(querying(line.peer, "", _text(error))) from None
    except psycopg2.Error as error:
        said = error.diag.message_primary
        if error.pgcode == _CANCELLED:
            raise Unreached(line.timed_out("did not answer the query")) from None
        if said is None and connection.closed:
            raise Unreached(lost(line.peer)) from None
        raise Unreached(querying(line.peer, error.pgcode or "", said or str(error))) from None


def _wait(line: Line, connection: Any, what: str) -> None:
    """Let libpq go on until it has what it waits for, or until the time is over."""
    while (state := connection.poll()) != POLL_OK:
        _ready(line, connection, {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}[state], what)
        # A look into a connection that is not made would take the error away that libpq is to see.
        while state == POLL_READ and (rounds := rounds_asked(connection.fileno())) != 0:
            if rounds is None:
                time.sleep(_HALF_A_MESSAGE)
                _ready(line, connection, select.POLLIN, what)
            elif rounds <= MOST_ROUNDS:
                break
            else:
                raise Unreached(too_much_hashing(line.peer, rounds))
        if received(connection.fileno()) > _MOST_RECEIVED:
            raise Unreached(not_one_value(line.peer, f"more than {_MOST_RECEIVED:,} bytes"))


def _ready(line: Line, connection: Any, event: int, what: str) -> None:
    waiting = select.poll()
    waiting.register(connection.fileno(), event)
    if line.timeout <= line.seconds or not waiting.poll((line.timeout - line.seconds) * 1000):
        raise Unreached(line.timed_out(what))


def _at_most_two_rows(query: str) -> str:
    """Return a query that gives no more rows than it takes to see that there are too many."""
    if query.split(maxsplit=1)[0].lower() in _SELECTS:
        return f"select * from ({query}\n) as caretaker limit 2"  # noqa: S608 - the query is the owner's own
    return query


def _only(line: Line, cursor: Any) -> Any:
    if cursor.description is None:
        raise Unreached(not_one_value(line.peer, "no result"))
    try:
        rows = cursor.fetchmany(2)
    except (psycopg2.Error, ValueError, ArithmeticError, RecursionError) as error:
        raise Unreached(not_one_value(line.peer, f"what cannot be read ({type(error).__name__})")) from None
    if len(rows) != 1:
        raise Unreached(not_one_value(line.peer, "several rows" if rows else "no row"))
    if len(rows[0]) != 1:
        raise Unreached(not_one_value(line.peer, f"{len(rows[0])} columns"))
    return plain(rows[0][0])


def _text(error: psycopg2.Error | UnicodeDecodeError) -> str:
    # A server that speaks another language may speak it in another encoding.
    return str(error.object, "utf-8", "replace") if isinstance(error, UnicodeDecodeError) else str(error)
