"""A drill on a server of the owner's proves as much as on one that is thrown away, and leaves nothing there."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from caretaker.archive import proof_file
from caretaker.archive.connection import connections
from caretaker.archive.deadline import Deadline
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.process import running
from caretaker.archive.proof import Proof
from caretaker.archive.restoring.reaching import Reached
from caretaker.archive.restoring.target import look
from functions.verify.drill import drill
from functions.verify.equality import find_differences
from functions.verify.needs import Named, Needs
from functions.verify.own_server import TO_DROP, database_of
from functions.verify.preparing import prepare_own
from functions.verify.restoring import restore
from tests.backed_up import back_up
from tests.databases import make, run
from tests.integration.verify.conftest import BUCKET, means
from tests.integration.verify.own_servers import PASSWORD, databases, let_go_of, own_server, role
from tests.odd_databases import ODD
from tests.postgres import PostgresServer


@pytest.fixture(scope="module")
def manifest(drilled_bucket: Bucket, postgres_18: PostgresServer, programs: Path) -> Manifest:
    database = make(postgres_18, "create table orders as select n, md5(n::text) from generate_series(1, 2000) n")
    return back_up(drilled_bucket, postgres_18, database, programs)


@pytest.fixture(scope="module")
def user(server_for_drills: PostgresServer) -> str:
    return role(server_for_drills, "drill")


@dataclass(frozen=True)
class There:
    """A server for drills, and backups to drill on it."""

    bucket: Bucket
    programs: Path
    drills: Path
    server: PostgresServer

    def back_up(self, server: PostgresServer, database: str) -> Manifest:
        """Return a backup of a database of another server."""
        return back_up(self.bucket, server, database, self.programs)

    def drilled(self, manifest: Manifest) -> Proof:
        """Drill a backup on the server, in a place that has no room at all."""
        before = databases(self.server)
        own = own_server(self.server, "drill")
        given = means(self.bucket, self.programs, self.drills, own_server=own, free=lambda: 0, pace=1.0)
        proof = drill(manifest, given).proof
        assert databases(self.server) == before
        assert list(self.drills.iterdir()) == []
        assert proof_file.decode(proof_file.encode(proof), manifest.id).on == "target"
        return proof


@pytest.fixture
def there(drilled_bucket: Bucket, programs: Path, drills: Path, server_for_drills: PostgresServer, user: str) -> There:
    assert user == "drill"
    return There(drilled_bucket, programs, drills, server_for_drills)


@pytest.mark.parametrize(
    "either_postgres", [16, pytest.param(18, marks=pytest.mark.slow)], ids="PostgreSQL {}".format, indirect=True
)
def test_whatever_a_database_holds_is_brought_back_there_however_little_room_there_is_here(
    either_postgres: PostgresServer, there: There
) -> None:
    database = make(either_postgres, *(statement for kind in ODD if kind != "extensions" for statement in ODD[kind]))
    made = there.back_up(either_postgres, database)

    proof = there.drilled(made)

    assert (proof.noted, proof.reached) == ((), "equal")
    assert proof.compared == proof.tables == made.totals.tables
    assert proof.server_version.startswith("18.")


def test_a_server_of_an_older_version_gets_programs_that_it_understands(
    postgres_16: PostgresServer, there: There
) -> None:
    made = there.back_up(postgres_16, make(postgres_16, *ODD["own types"]))
    elsewhere = replace(made, server=replace(made.server, system_identifier="7"))
    role(postgres_16, "drill")

    proof = replace(there, server=postgres_16).drilled(elsewhere)

    assert (proof.reached, proof.noted) == ("equal", ())
    assert proof.server_version.startswith("16.")


def test_rows_that_policies_hide_even_from_their_owner_are_compared_and_policies_for_unknown_roles_named(
    postgres_18: PostgresServer, there: There
) -> None:
    run(postgres_18, "postgres", "drop role if exists tenant", "create role tenant")
    database = make(
        postgres_18,
        "create table secrets as select n from generate_series(1, 50) n",
        "create materialized view seen as select count(*) from secrets",
        "alter table secrets enable row level security",
        "alter table secrets force row level security",
        "create policy own on secrets to tenant using (n = 7)",
    )
    made = there.back_up(postgres_18, database)

    proof = there.drilled(made)

    assert (proof.reached, proof.compared, proof.noted) == ("equal", proof.tables, ())
    assert proof.set_aside == ("policies",)


def test_an_extension_that_the_role_may_not_make_is_missing_there(postgres_18: PostgresServer, there: There) -> None:
    made = there.back_up(postgres_18, make(postgres_18, *ODD["extensions"], *ODD["own types"]))

    proof = there.drilled(made)

    assert (proof.reached, proof.set_aside) == ("equal", ("vector",))  # any role may make the three others
    assert [(one.code, one.message) for one in proof.noted] == [
        ("missing-extension", "1 of 2 tables compared; vector missing")
    ]


def test_what_came_back_otherwise_is_found_there_too(
    manifest: Manifest, there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tampered(*arguments: Any) -> Any:
        name = database_of(manifest.id, BUCKET)
        run(there.server, name, "delete from orders where n = 7")
        return find_differences(*arguments)

    monkeypatch.setattr("functions.verify.bringing.find_differences", tampered)

    proof = there.drilled(manifest)

    assert proof.reached == "restored"
    assert {one.code for one in proof.noted} == {"rows-differ"}


def test_a_collation_of_icu_is_as_bytes_where_the_server_has_none(server_for_drills: PostgresServer, user: str) -> None:
    name = make(server_for_drills, options=f"owner {user}")
    url = own_server(server_for_drills, user).url()
    admin = connections(url, "", patience=10)[0]
    needed = Needs((), (Named("texts", "german"),), (), (), frozenset(), frozenset())

    prepared = prepare_own(look(Reached(admin, name, exists=False)), "C instead of de_DE", needed)

    assert prepared.replaced == ("C instead of de_DE", "C instead of texts.german")
    assert prepared.schemas == {"texts"}
    assert prepared.collations == {"texts.german"}
    let_go_of(server_for_drills, name)


def test_the_password_is_in_no_command(manifest: Manifest, there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[str] = []

    def listening(command: Any, environment: Any, *more: Any) -> Any:
        commands.extend(map(str, command))
        return running(command, environment, *more)

    monkeypatch.setattr("caretaker.archive.restoring.running.running", listening)

    assert there.drilled(manifest).reached == "equal"
    assert any(database_of(manifest.id, BUCKET) in word for word in commands)
    assert not any(PASSWORD in word for word in commands)


def test_the_end_of_the_time_leaves_enough_of_it_to_take_the_database_away(
    postgres_18: PostgresServer, there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[float] = []

    def timed(*arguments: Any) -> Any:
        began.append(time.monotonic())
        return restore(*arguments)

    monkeypatch.setattr("functions.verify.bringing.restore", timed)
    slow = "create or replace function slow() returns bool language plpgsql as $$begin {} return true; end$$"
    statements = [
        slow.format(""),
        "create table orders (n int check (slow()))",
        "insert into orders select generate_series(1, 200)",
        slow.format("perform pg_sleep(1);"),
    ]
    made = there.back_up(postgres_18, make(postgres_18, *statements))
    before = databases(there.server)
    # The clock stands until then: how long the rest takes is the machine's.
    deadline = Deadline(TO_DROP + 2, lambda: time.monotonic() - began[0] if began else 0.0)
    given = means(
        there.bucket, there.programs, there.drills, own_server=own_server(there.server, "drill"), deadline=deadline
    )

    proof = drill(made, given).proof

    assert (proof.reached, [one.code for one in proof.noted]) == ("decoded", ["too-big-to-drill"])
    assert deadline.left("it was being looked at") > TO_DROP / 2
    assert databases(there.server) == before
