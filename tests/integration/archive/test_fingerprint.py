"""A copy that was restored has the fingerprint of its source; what is not equal has another."""

from dataclasses import replace
from pathlib import Path

import pytest

from caretaker.archive.connection import Connection
from caretaker.archive.fingerprint import SMALL, Look, Setting, Uncounted, fingerprint, mode_for
from caretaker.archive.manifest import Fingerprint
from caretaker.archive.tables import Contents, Table
from caretaker.archive.versions import Version
from tests.databases import connection_to, dump, make, restore, run
from tests.odd_databases import ODD, everything
from tests.postgres import PostgresServer

FULL = Look("full", lambda: 60.0)
AS_OF = [pytest.param(Version(11, 0), id="as text"), pytest.param(Version(14, 0), id="as records")]


def look(connection: Connection, **how: object) -> Contents:
    return fingerprint(connection, replace(FULL, **how))  # type: ignore[arg-type] # fields of Look


def table(contents: Contents, name: str) -> Table:
    return next(table for table in contents.tables if table.name == name)


@pytest.mark.parametrize("way", [(16, 16), (18, 18), (16, 18)], ids=["16", "18", "16 to 18"])
def test_a_restored_copy_is_equal_to_its_source(
    way: tuple[int, int], programs: Path, request: pytest.FixtureRequest
) -> None:
    origin, destination = (request.getfixturevalue(f"postgres_{version}") for version in way)
    source = connection_to(origin, make(origin, *everything(origin.version)))
    copy = connection_to(destination, make(destination))

    restore(programs, dump(programs, source, origin), copy, destination)

    assert look(copy, as_of=Version(way[0], 0)) == look(source)


@pytest.mark.parametrize("as_of", AS_OF)
def test_the_order_of_rows_makes_no_difference(as_of: Version, either_postgres: PostgresServer) -> None:
    rows = "select n, n::text || 'x' as text, array[n] as list from generate_series(1, 999) n"
    orders = enumerate(("n", "n desc", "hashint4(n)"))
    name = make(either_postgres, *(f"create table t{number} as {rows} order by {order}" for number, order in orders))

    tables = look(connection_to(either_postgres, name), as_of=as_of).tables

    [digest] = {table.digest for table in tables}
    assert digest
    assert [table.rows for table in tables] == [999] * 3


@pytest.fixture(scope="module")
def changing(postgres_18: PostgresServer) -> str:
    """A database for a table that is changed."""
    return make(postgres_18)


@pytest.mark.parametrize("as_of", AS_OF)
@pytest.mark.parametrize(
    "change",
    [
        "update t set n = 2 where n = 1",
        "update t set text = null where n = 1",
        "update t set text = '' where n = 2",
        "update t set n = 5 - n",
        "update t set list = '{{1,2},{3,4}}'",
        "update t set since = '30 days'",
        "insert into t select * from t where n = 1",
        "delete from t where n = 1",
    ],
)
def test_whatever_is_changed_changes_the_digest(
    change: str, as_of: Version, changing: str, postgres_18: PostgresServer
) -> None:
    run(
        postgres_18,
        changing,
        "drop table if exists t",
        "create table t (n int, text text, list int[], since interval)",
        "insert into t values (1, '', '{1,2,3,4}', '1 mon'), (2, null, '{1,2,3,4}', '1 mon'), (2, 'x', null, null)",
    )
    connection = connection_to(postgres_18, changing)
    before = look(connection, as_of=as_of)

    run(postgres_18, changing, change)

    assert table(look(connection, as_of=as_of), "t").digest != table(before, "t").digest


def test_large_objects_are_digested_by_what_is_in_them(either_postgres: PostgresServer) -> None:
    made = make(either_postgres, "select lo_from_bytea(5000, decode(repeat('00ff', 300000), 'hex'))")
    connection = connection_to(either_postgres, made)
    before = look(connection).large_objects

    run(either_postgres, made, "select lo_put(5000, 599999, '\\x01')")

    assert (before.count, before.bytes) == (1, 600_000)
    assert look(connection).large_objects.digest != before.digest
    assert look(connection, mode="counts").large_objects == replace(before, bytes=None, digest=None)


def test_tables_that_are_left_out_are_counted_and_marked_with_their_partitions(postgres_18: PostgresServer) -> None:
    made = make(
        postgres_18,
        *ODD["partitions"],
        "create schema audit",
        "create table audit.raw_events as select 1 as one",
        "create table audit.raw_events_kept as select 1 as one",
        "create table log_1 as select 1 as one",
    )
    contents = look(connection_to(postgres_18, made), excluded=("audit.raw_events", "events", "log_*"))

    excluded = [table.name for table in contents.tables if table.excluded]

    assert sorted(excluded) == ["events_a", "events_old", "events_rest", "log_1", "raw_events"]
    assert table(contents, "raw_events").rows == 1
    assert not table(contents, "raw_events").is_dumped


def test_counts_come_without_digests_and_nothing_at_all_is_read_if_it_is_off(postgres_18: PostgresServer) -> None:
    connection = connection_to(postgres_18, make(postgres_18, "create table t as select 1 as one"))

    assert look(connection, mode="counts").tables == (Table("public", "t", 1, None),)
    assert look(connection, mode="off").tables == (Table("public", "t", None, None),)


def test_what_is_made_again_or_elsewhere_is_named_and_not_counted(postgres_18: PostgresServer) -> None:
    made = make(
        postgres_18,
        "create materialized view seen as select 1 as one",
        "create extension file_fdw",
        "create server files foreign data wrapper file_fdw",
        "create foreign table far (line text) server files options (filename '/nonexistent')",
        "create temporary table passing (one int)",
    )
    contents = look(connection_to(postgres_18, made))

    assert {(table.name, table.kind, table.rows) for table in contents.tables} == {
        ("seen", "materialized view", None),
        ("far", "foreign table", None),
    }


def test_an_empty_database_has_empty_contents(either_postgres: PostgresServer) -> None:
    contents = look(connection_to(either_postgres, make(either_postgres)))

    assert (contents.tables, contents.sequences, contents.large_objects.count) == ((), (), 0)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1", "UTF8"])
@pytest.mark.parametrize("version", [pytest.param(16, marks=pytest.mark.slow), 18])
def test_databases_of_other_encodings_are_digested_as_well(
    encoding: str, version: int, programs: Path, request: pytest.FixtureRequest
) -> None:
    server: PostgresServer = request.getfixturevalue(f"postgres_{version}")
    how = f"encoding '{encoding}' template template0"
    made = make(server, 'create table "ä" (t text)', "insert into \"ä\" values ('ü'), ('é')", options=how)
    if encoding == "SQL_ASCII":
        run(server, made, "insert into \"ä\" values (E'\\xff\\xfe')")
    source, copy = connection_to(server, made), connection_to(server, make(server, options=how))

    restore(programs, dump(programs, source, server), copy, server)

    assert look(copy) == look(source)
    assert len(look(copy).tables) == 1


def test_settings_of_roles_and_databases_change_no_digest(either_postgres: PostgresServer) -> None:
    made = make(either_postgres, *ODD["times"], *ODD["numbers"], *ODD["shapes"])
    connection = connection_to(either_postgres, made)
    before = look(connection)
    for setting in (
        "statement_timeout = 1", "lock_timeout = 1", "default_transaction_read_only = on", "search_path = nowhere",
        "DateStyle = 'SQL, DMY'", "IntervalStyle = sql_standard", "TimeZone = 'Asia/Kathmandu'",
        "extra_float_digits = -15", "bytea_output = escape", "idle_in_transaction_session_timeout = 1",
        "default_transaction_isolation = serializable", "default_transaction_deferrable = on", "row_security = on",
        "quote_all_identifiers = on", "standard_conforming_strings = off",
    ):  # fmt: skip
        run(either_postgres, "postgres", f"alter database {made} set {setting}")

    assert look(connection) == before


def test_hundreds_of_tables_are_read_many_at_a_time(postgres_18: PostgresServer) -> None:
    made = make(postgres_18, "do $$begin for n in 1..300 loop execute format('create table t%s as select %s as n, "
                "generate_series(1, %s) as m', n, n, n % 7); end loop; end$$")  # fmt: skip
    told: list[tuple[int, int]] = []

    contents = fingerprint(connection_to(postgres_18, made), FULL, lambda done, number: told.append((done, number)))

    assert {table.name: table.rows for table in contents.tables} == {f"t{n}": n % 7 for n in range(1, 301)}
    assert len(told) < 10
    assert told[-1] == (300, 300)


def test_no_time_left_is_said(postgres_18: PostgresServer) -> None:
    made = make(postgres_18, "create table t as select n, md5(n::text) from generate_series(1, 60000) n")

    with pytest.raises(Uncounted) as failed:
        look(connection_to(postgres_18, made), left=iter([60.0, 0.01]).__next__)

    assert failed.value.code == "out-of-time"


def test_a_server_that_goes_away_is_said(postgres_18: PostgresServer) -> None:
    made = make(postgres_18, "create table t as select n from generate_series(1, 1000) n")

    def end_all() -> float:
        run(postgres_18, "postgres", f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{made}'")
        return 60.0

    with pytest.raises(Uncounted, match=r"terminating connection|closed the connection") as failed:
        look(connection_to(postgres_18, made), left=end_all)

    assert failed.value.code == "dump-failed"


@pytest.mark.parametrize(
    ("setting", "server", "size", "mode"),
    [
        ("auto", Version(18, 0), SMALL - 1, "full"),
        ("auto", Version(18, 0), SMALL, "counts"),
        ("full", Version(18, 0), SMALL, "full"),
        ("full", Version(10, 0), 1, "counts"),
        ("auto", Version(10, 0), 1, "counts"),
        ("counts", Version(18, 0), 1, "counts"),
        ("off", Version(10, 0), 1, "off"),
    ],
)
def test_digests_are_made_of_what_is_small_and_can_be_digested(
    setting: Setting, server: Version, size: int, mode: Fingerprint
) -> None:
    assert mode_for(setting, server, size) == mode


@pytest.mark.slow
def test_a_bytea_of_100_mb_is_digested(postgres_18: PostgresServer) -> None:
    made = make(
        postgres_18,
        "create table blobs (id int, data bytea, list int[])",
        "insert into blobs select 1, decode(repeat('0011223344556677', 13107200), 'hex'), '{1}'",
    )

    assert table(look(connection_to(postgres_18, made)), "blobs").rows == 1


@pytest.mark.slow
def test_five_thousand_tables_are_read(postgres_18: PostgresServer) -> None:
    create = (
        "do $$begin for n in {0}..{1} loop execute format('create table t%s as select %s as n', n, n); end loop; end$$"
    )
    parts = [create.format(start, start + 499) for start in range(0, 5000, 500)]  # a transaction has only so many locks
    connection = connection_to(postgres_18, make(postgres_18, *parts))
    contents = look(connection)

    assert len(contents.tables) == 5000
    assert {table.rows for table in contents.tables} == {1}
