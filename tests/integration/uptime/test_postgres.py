"""The PostgreSQL probe against a real PostgreSQL, and against servers that behave badly."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg2
import pytest

from caretaker.core.network.postgres_url import postgres_place
from caretaker.core.network.urls import UnusableUrl
from caretaker.core.results import Severity, Status
from caretaker.core.targets.base import Level
from caretaker.core.targets.conditions import Condition
from functions.uptime.postgres_values import plain
from tests import servers
from tests.integration.uptime.seeing import QUICK, see, see_one, the_finding
from tests.postgres import PASSWORD, PostgresServer, postgres_server
from tests.samples import postgres_target
from tests.servers import Behaviour, serve

LIMITS = (Condition("max", 80, Severity.MEDIUM), Condition("max", 95, Severity.CRITICAL))


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as running:
        yield running


def ask(server: PostgresServer, statement: str) -> list[Any]:
    connection = psycopg2.connect(server.url())
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_a_database_that_answers_is_ok_and_measured(server: PostgresServer) -> None:
    result = see_one(postgres_target(server.url()))
    assert result.status is Status.OK, result.findings
    assert result.where == f"postgresql://127.0.0.1:{server.port}/postgres"
    assert result.measurements["value"] == 1
    assert result.measurements["address"] == "127.0.0.1"
    assert {"seconds", "dns", "connect", "first_byte", "server_version"} <= set(result.measurements)
    assert PASSWORD not in str(result)


def test_the_worst_limit_that_is_broken_counts(server: PostgresServer) -> None:
    def judged(query: str) -> list[tuple[str, Severity]]:
        result = see_one(postgres_target(server.url(), query=query, value=LIMITS))
        return [(finding.code, finding.severity) for finding in result.findings]

    assert judged("select 80") == []
    assert judged("select 81") == [("value-limit", Severity.MEDIUM)]
    assert judged("select 95.5::numeric") == [("value-limit", Severity.CRITICAL)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select null::int", "the value is null, expected a number"),
        ("select 'many'", 'the value is "many", expected a number'),
        ("select true", "the value is true, expected a number"),
        ("select 'NaN'::float8", "the value is NaN, expected a number"),
        ("select 1 where false", "gave no row, expected one value"),
        ("select generate_series(1, 100000000)", "gave several rows, expected one value"),
        ("select 1, 2", "gave 2 columns, expected one value"),
        ("select * from nothing_here", 'relation "nothing_here" does not exist (SQLSTATE 42P01)'),
        ("create table t (x int)", "cannot execute CREATE TABLE in a read-only transaction (SQLSTATE 25006)"),
        ("with gone as (delete from kept returning 1) select count(*) from gone", "SQLSTATE"),
        ("selct 1", "syntax error"),
    ],
)
def test_what_is_no_good_value_is_told_in_plain_words(server: PostgresServer, query: str, said: str) -> None:
    finding = the_finding(see_one(postgres_target(server.url(), query=query, value=LIMITS)))
    assert finding.code == "query-failed"
    assert said in finding.message
    assert finding.fix
    assert finding.measured
    assert finding.limit


def test_nothing_can_be_changed_by_a_query(server: PostgresServer) -> None:
    ask(server, "create table if not exists precious (x int); truncate precious; insert into precious values (1)")
    for query in ("delete from precious returning 1", "insert into precious values (2) returning 1"):
        assert the_finding(see_one(postgres_target(server.url(), query=query))).code == "query-failed"
    assert ask(server, "select count(*) from precious") == [(1,)]


def test_a_query_that_takes_too_long_ends_on_both_sides(server: PostgresServer) -> None:
    before = time.monotonic()
    finding = the_finding(see_one(postgres_target(server.url(), query="select pg_sleep(60)", timeout=QUICK)))
    assert time.monotonic() - before < QUICK + 5
    assert finding.code == "timeout"
    for _ in range(20):
        left = ask(
            server,
            "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()",
        )
        if left == [(0,)]:
            break
    assert left == [(0,)]


def test_a_slow_answer_is_slow(server: PostgresServer) -> None:
    target = postgres_target(server.url(), query="select 1 from pg_sleep(0.3)", slow=(Level(0.2, Severity.HIGH),))
    assert [finding.code for finding in see_one(target).findings] == ["slow"]


def test_logins_that_fail_say_why_and_hide_the_password(server: PostgresServer) -> None:
    wrong = see_one(postgres_target(server.url(password="wrong-one")))
    nobody = see_one(postgres_target(server.url(user="nobody_here")))
    nowhere = see_one(postgres_target(server.url(database="no_such_database")))
    for result, said in (
        (wrong, "password authentication failed"),
        (nobody, "password authentication failed"),
        (nowhere, 'database "no_such_database" does not exist'),
    ):
        finding = the_finding(result)
        assert finding.code == "auth-failed"
        assert said in finding.message
    assert "wrong-one" not in str(wrong)


def test_tls_that_is_asked_for_and_not_there_is_a_failure(server: PostgresServer) -> None:
    finding = the_finding(see_one(postgres_target(server.url(query="?sslmode=require"))))
    assert finding.code == "tls-failure"
    assert "does not support SSL" in finding.message


def test_a_public_host_is_verified_unless_the_address_says_otherwise() -> None:
    place = postgres_place("postgresql://me:x@db.example.com/app")
    public = place.with_address("93.184.216.34", "")
    assert public["sslmode"] == "verify-full"
    assert public["sslrootcert"]
    assert "sslmode" not in place.with_address("10.0.0.5", "")
    assert place.with_address("10.0.0.5", "an authority")["sslmode"] == "verify-full"
    chosen = postgres_place("postgresql://me:x@db.example.com/app?sslmode=require")
    assert chosen.with_address("93.184.216.34", "")["sslmode"] == "require"


def say(data: bytes) -> Behaviour:
    def behave(connection: socket.socket, _: bytes) -> None:
        connection.recv(4096)
        connection.sendall(data)
        connection.recv(4096)

    return behave


def mute(connection: socket.socket, _: bytes) -> None:
    """Take all that comes, and never answer."""
    while connection.recv(4096):
        pass


def drip(connection: socket.socket, _: bytes) -> None:
    connection.recv(4096)
    for _byte in range(100):
        connection.sendall(b"N")
        time.sleep(0.1)


AUTHENTICATED = b"R\0\0\0\x08\0\0\0\0"
READY = b"Z\0\0\0\x05I"


@pytest.mark.parametrize(
    ("behaviour", "codes"),
    [
        (mute, {"timeout"}),
        (say(b"N"), {"timeout", "connection-reset", "query-failed"}),
        (drip, {"timeout", "query-failed", "tls-failure", "connection-reset"}),
        (say(b"HTTP/1.1 400 Bad Request\r\n\r\n"), {"query-failed", "tls-failure", "connection-reset"}),
        (say(b""), {"timeout", "connection-reset"}),
        (servers.reset, {"connection-reset", "query-failed"}),
        (servers.send(b""), {"connection-reset"}),
        (say(b"R\xff\xff\xff\xff" + b"x" * 100), {"query-failed", "tls-failure", "connection-reset", "timeout"}),
        (say(AUTHENTICATED), {"timeout", "query-failed", "tls-failure", "connection-reset"}),
    ],
)
@pytest.mark.parametrize("mode", ["disable", "prefer"])
def test_a_server_that_behaves_badly_is_given_up_in_time(behaviour: Behaviour, codes: set[str], mode: str) -> None:
    with serve(behaviour, reads=False) as bad:
        url = f"postgresql://me:pw@127.0.0.1:{bad.port}/app?sslmode={mode}"
        before = time.monotonic()
        finding = the_finding(see_one(postgres_target(url, timeout=QUICK)))
    assert time.monotonic() - before < QUICK + 5
    assert finding.code in codes, finding
    assert finding.fix


@pytest.mark.parametrize(
    "data", [b"", b"T\0\0\0\x06\0\0", b"D\xff\xff\xff\xff", READY * 3, b"E\0\0\0\x06S\0", b"\0" * 5000]
)
def test_a_server_that_lets_us_in_and_then_talks_nonsense_is_given_up_in_time(data: bytes) -> None:
    def behave(connection: socket.socket, _: bytes) -> None:
        connection.recv(4096)
        connection.sendall(AUTHENTICATED + READY)
        while connection.recv(4096):
            connection.sendall(data)

    with serve(behave, reads=False) as bad:
        url = f"postgresql://me:pw@127.0.0.1:{bad.port}/app?sslmode=disable"
        before = time.monotonic()
        result = see_one(postgres_target(url, timeout=QUICK))
    assert time.monotonic() - before < QUICK + 5
    assert result.status is Status.DOWN


def test_a_refused_port_and_an_unknown_name_are_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert the_finding(see_one(postgres_target(f"postgresql://me@127.0.0.1:{port}/x"))).code == "connection-refused"
    assert the_finding(see_one(postgres_target("postgresql://me@nowhere.invalid/x"))).code == "dns-failure"


def test_hanging_servers_delay_nobody(server: PostgresServer) -> None:
    with serve(mute, reads=False) as hanging:
        bad = f"postgresql://me@127.0.0.1:{hanging.port}/x"
        targets = [
            *(postgres_target(bad, name=f"h{n}", timeout=QUICK) for n in range(20)),
            *(postgres_target(server.url(), name=f"g{n}", timeout=10.0) for n in range(40)),
        ]
        before = time.monotonic()
        results = see(*targets)
    assert time.monotonic() - before < 10
    assert [the_finding(result).code for result in results[:20]] == ["timeout"] * 20
    assert {result.status for result in results[20:]} == {Status.OK}


@pytest.mark.parametrize(
    "query",
    [
        "select count(*) from pg_stat_activity where backend_type = 'client backend'",
        "select 100.0 * count(*) / current_setting('max_connections')::int from pg_stat_activity",
        "select coalesce(extract(epoch from max(now() - xact_start)), 0) from pg_stat_activity",
        "select coalesce(extract(epoch from now() - pg_last_xact_replay_timestamp()), 0)",
        "select pg_database_size(current_database()) / 1e9",
        "select count(*) from pg_locks where not granted",
        "select max(age(datfrozenxid)) from pg_database",
    ],
)
def test_the_queries_that_teams_watch_work_as_they_are(server: PostgresServer, query: str) -> None:
    value = (Condition("max", 1_000_000_000, Severity.MEDIUM),)
    result = see_one(postgres_target(server.url(), query=query, value=value))
    assert result.status is Status.OK, result.findings
    assert isinstance(result.measurements["value"], int | float)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal(7), 7),
        (Decimal("7.5"), 7.5),
        (timedelta(minutes=2), 120.0),
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21, 2, tzinfo=UTC), "2026-11-21T02:00:00+00:00"),
        (None, None),
        (b"x", "b'x'"),
    ],
)
def test_values_become_what_json_has(value: object, expected: object) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize(
    "url",
    [
        "mysql://:s3cret@h/x",
        "postgresql:///app",
        "postgresql://:s3cret@a,b/x",
        "postgresql://me:s3cret@%2Fvar%2Frun/x",
        "postgresql://me:s3cret@h/x?nonsense=1",
        "postgresql://me:s3cret@h:port/x",
    ],
)
def test_what_is_no_address_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(UnusableUrl) as refused:
        postgres_place(url)
    assert "s3cret" not in str(refused.value)
