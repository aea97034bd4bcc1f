"""A backup is of one moment: the snapshot, with what is said of the server, and what is counted in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caretaker.archive.fingerprint import Look, Uncounted, fingerprint
from caretaker.archive.manifest import Extension
from functions.backup.snapshot import SnapshotLost, exported
from tests.databases import connection_to, dump, make, restore, run
from tests.postgres import PostgresServer


def test_what_is_written_later_is_neither_dumped_nor_counted(either_postgres: PostgresServer, programs: Path) -> None:
    connection = connection_to(either_postgres, made := make(either_postgres, "create table t as select 1 as one"))
    copy = connection_to(either_postgres, make(either_postgres))

    with exported(connection) as snapshot:
        run(either_postgres, made, "insert into t values (2)", "create table later (id int)")
        archive = dump(programs, connection, either_postgres, f"--snapshot={snapshot.name}")
        counted = fingerprint(connection, Look("full", lambda: 60.0, snapshot=snapshot.name))
        snapshot.still_there()
    restore(programs, archive, copy, either_postgres)

    assert [(table.name, table.rows) for table in counted.tables] == [("t", 1)]
    assert fingerprint(copy, Look("full", lambda: 60.0)) == counted


def test_the_server_is_described(either_postgres: PostgresServer) -> None:
    made = make(either_postgres)
    before = datetime.now(UTC)

    with exported(connection_to(either_postgres, made)) as snapshot:
        server = snapshot.server

    assert server.version.startswith(f"{either_postgres.version}.")
    assert (server.encoding, server.collation, server.ctype, server.in_recovery) == ("UTF8", "C", "C", False)
    assert server.database_bytes > 5_000_000
    assert int(server.system_identifier) > 0
    assert "/" in server.lsn
    assert snapshot.extensions == (Extension("plpgsql", "1.0"),)
    assert abs(snapshot.at - before) < timedelta(seconds=30)


def test_a_role_without_rights_over_the_server_gets_a_snapshot_too(postgres_18: PostgresServer) -> None:
    made = make(postgres_18, "revoke execute on function pg_control_system() from public")
    run(postgres_18, made, "create role seeing login password 'sup3r/s3cret'")

    with exported(connection_to(postgres_18, made, "seeing")) as snapshot:
        snapshot.still_there()

    assert snapshot.server.system_identifier == ""


def test_tables_that_are_left_out_are_named_as_pg_dump_takes_them(postgres_18: PostgresServer, programs: Path) -> None:
    odd = 'audit."Raw ""events"" *"'
    made = make(postgres_18, "create schema audit", f"create table {odd} as select 1 as one",
                "create table audit.raw as select 1 as one")  # fmt: skip
    connection = connection_to(postgres_18, made)
    copy = connection_to(postgres_18, make(postgres_18))

    with exported(connection, ('audit.Raw "events"*',)) as snapshot:
        left_out = [f"--exclude-table-data={name}" for name in snapshot.excluded]
        archive = dump(programs, connection, postgres_18, f"--snapshot={snapshot.name}", *left_out)
    restore(programs, archive, copy, postgres_18)

    assert snapshot.excluded == ('"audit"."Raw ""events"" *"',)
    assert run(postgres_18, copy.database, f"select (select count(*) from {odd}), count(*) from audit.raw") == [(0, 1)]


def test_a_snapshot_that_was_lost_is_noticed(either_postgres: PostgresServer) -> None:
    made = make(either_postgres)

    with exported(connection_to(either_postgres, made)) as snapshot:
        run(either_postgres, "postgres",
            f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{made}'")  # fmt: skip

        with pytest.raises(SnapshotLost, match="has ended before everything was read"):
            snapshot.still_there()


@pytest.mark.parametrize(
    "change",
    ["truncate t", "alter table t alter n type bigint", "drop table t", "alter table t rename to u",
     "alter table t rename to old; create table t (n int)"],
)  # fmt: skip
def test_a_table_that_no_snapshot_can_hold_still_is_no_silent_difference(
    change: str, either_postgres: PostgresServer
) -> None:
    made = make(either_postgres, "create table t as select n from generate_series(1, 10) n")
    connection = connection_to(either_postgres, made)

    with exported(connection) as snapshot:
        run(either_postgres, made, change)

        with pytest.raises(Uncounted, match="just when the backup began"):
            fingerprint(connection, Look("counts", lambda: 60.0, snapshot=snapshot.name))
