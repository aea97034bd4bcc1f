"""Who keeps a dump waiting is named, whoever it is."""

from contextlib import closing

import pytest

from caretaker.archive.sessions import begin
from functions.backup.locks import Holder, holders, lock_timeout, long_held
from tests.databases import connection_to, make, run, session_on
from tests.postgres import PostgresServer, postgres_server


def found(server: PostgresServer, database: str) -> tuple[Holder, ...]:
    with closing(begin(connection_to(server, database), 10)) as session:
        return holders(session)


@pytest.mark.parametrize("version", [16, 18])
def test_a_transaction_that_was_prepared_and_forgotten_is_named(version: int) -> None:
    with postgres_server(version, "max_prepared_transactions=2") as server:
        made = make(server, "create table t (id int)")
        run(server, made, "begin; lock table t; prepare transaction 'forgotten'")
        (holder,) = found(server, made)
        run(server, made, "rollback prepared 'forgotten'")

    assert str(holder).startswith("public.t by the prepared transaction 'forgotten', for ")
    assert "ROLLBACK PREPARED 'forgotten';" in holder.fix


def test_locks_that_let_readers_in_and_those_of_other_databases_are_no_obstacle(postgres_18: PostgresServer) -> None:
    made, other = make(postgres_18, "create table t (id int)"), make(postgres_18, "create table t (id int)")

    with session_on(postgres_18, made) as reader, session_on(postgres_18, other) as elsewhere:
        reader.execute("begin; lock table t in exclusive mode")
        elsewhere.execute("begin; lock table t")

        assert found(postgres_18, made) == ()


def test_only_who_has_held_a_lock_for_longer_than_a_dump_waits_is_in_the_way() -> None:
    long, short, unknown = (Holder("public.t", "process 1", seconds, "") for seconds in (61.0, 60.0, None))

    assert long_held([long, short, unknown]) == (long,)


def test_many_holders_are_listed_shortly_the_first_with_what_to_do() -> None:
    many = [Holder(f"public.t{number}", f"process {number}", 90.0, f"End {number}.") for number in range(8)]

    finding = lock_timeout(many)

    assert finding.message.startswith("tables are locked against reading: public.t0 by process 0, for 90 s; ")
    assert finding.message.endswith("; and 3 more")
    assert (finding.fix, finding.measured, finding.limit) == ("End 0.", "90 s", "60 s")


def test_a_holder_that_has_gone_since_is_said_as_well() -> None:
    assert "by whom is not known any more" in lock_timeout([]).message
