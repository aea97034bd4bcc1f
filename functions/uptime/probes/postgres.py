"""Looks at PostgreSQL databases: they let you in, and a query gives one value in time, and a good one.

libpq is used in its non-blocking mode, so that one deadline holds for everything, whatever the server does.
The query runs in a read-only transaction; the server itself ends it when the time is over.
"""

import math
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, make_dsn

from caretaker.core.results import Finding, Measurement, Result
from caretaker.core.targets.postgres import PostgresTarget
from functions.uptime.conditions import Conditions
from functions.uptime.crowd import each
from functions.uptime.dialling import resolve
from functions.uptime.judging import finding_of, judged
from functions.uptime.line import Line, Unreached
from functions.uptime.postgres_failures import connecting, lost, not_one_value, querying
from functions.uptime.postgres_url import PostgresPlace, postgres_place
from functions.uptime.slowness import slow
from functions.uptime.traffic import received
from functions.uptime.values import Judged, judge_value, show

_SELECTS = ("select", "with", "values", "table")
_MOST_RECEIVED = 4_000_000  # bytes of a whole look: libpq keeps all that it is sent in memory
_MOST_DIGITS = 4000  # of a number; PostgreSQL's have up to 131,072
_LARGEST = 1e300
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
        measured["value"] = _measurement(value)
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
        waiting = select.poll()
        waiting.register(connection.fileno(), {POLL_READ: select.POLLIN, POLL_WRITE: select.POLLOUT}[state])
        if line.timeout <= line.seconds or not waiting.poll((line.timeout - line.seconds) * 1000):
            raise Unreached(line.timed_out(what))
        if received(connection.fileno()) > _MOST_RECEIVED:
            raise Unreached(not_one_value(line.peer, f"more than {_MOST_RECEIVED:,} bytes"))


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


def plain(value: Any) -> Any:
    """Return a value of PostgreSQL as JSON has it: numbers as numbers, intervals in seconds, times as ISO 8601."""
    match value:
        case Decimal():
            return _number(value)
        case timedelta():
            return value.total_seconds()
        case date():
            return value.isoformat()
        case None | bool() | int() | float() | str() | list() | dict():
            return value
        case _:
            return str(value)


def _number(value: Decimal) -> int | float:
    if not value.is_finite():
        return math.nan if value.is_nan() else float(value)
    if value.adjusted() > _MOST_DIGITS:
        return math.copysign(math.inf, value)
    return int(value) if value == value.to_integral_value() else float(value)


def _measurement(value: Any) -> Measurement:
    """Return a value as it is kept: what JSON has no number for as a text."""
    if isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < _LARGEST):
        return value
    return value[:200] if isinstance(value, str) else show(value)


def _text(error: psycopg2.Error | UnicodeDecodeError) -> str:
    # A server that speaks another language may speak it in another encoding.
    return str(error.object, "utf-8", "replace") if isinstance(error, UnicodeDecodeError) else str(error)
