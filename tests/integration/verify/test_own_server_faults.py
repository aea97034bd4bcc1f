"""Whatever goes wrong with a server for drills, the proof ends where it was, and says so; nothing else is touched."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from caretaker.archive import proof_file
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.proof import Proof
from caretaker.core.secrets import SecretUnavailable
from functions.verify.drill import drill
from functions.verify.means import OwnServer
from functions.verify.own_server import database_of
from tests.backed_up import back_up
from tests.cable import cable
from tests.databases import make, run
from tests.integration.verify.conftest import BUCKET, LARGEST_FILE, means
from tests.integration.verify.dying import die_before_comparing, died
from tests.integration.verify.own_servers import PASSWORD, databases, let_go_of, own_server, role
from tests.postgres import PostgresServer

SLOW = pytest.mark.slow


@dataclass(frozen=True)
class World:
    """A backup, and where it is drilled."""

    manifest: Manifest
    bucket: Bucket
    programs: Path
    drills: Path
    server: PostgresServer

    def drill(self, own: OwnServer, manifest: Manifest | None = None) -> Proof:
        """Drill the backup; whatever happens, nothing is left here, and no secret is recorded."""
        proof = drill(manifest or self.manifest, means(self.bucket, self.programs, self.drills, own_server=own)).proof
        assert list(self.drills.iterdir()) == []
        recorded = proof_file.encode(proof).decode()
        assert PASSWORD not in recorded
        assert PASSWORD.replace("/", "%2F") not in recorded
        return proof

    @property
    def database(self) -> str:
        """The name of the drill's database."""
        return database_of(self.manifest.id, BUCKET)


@pytest.fixture(scope="module")
def world(
    drilled_bucket: Bucket, postgres_18: PostgresServer, programs: Path, drills: Path, server_for_drills: PostgresServer
) -> World:
    role(server_for_drills, "drill")
    database = make(postgres_18, "create table orders as select n, repeat('x', 700) from generate_series(1, 3000) n")
    manifest = back_up(drilled_bucket, postgres_18, database, programs)
    return World(manifest, drilled_bucket, programs, drills, server_for_drills)


@pytest.fixture(autouse=True)
def nothing_else_is_touched(world: World) -> Iterator[None]:
    before = databases(world.server)
    yield
    assert databases(world.server) == before


def lacks(proof: Proof) -> str:
    """Return why a drill could not be held, which is all that is said, and nothing against the backup."""
    assert proof.reached == "decoded"
    assert {one.code for one in proof.noted} == {"drill-unavailable"}
    assert proof.on == "target"
    return "; ".join(one.message for one in proof.noted)


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ("login superuser", "drill_of_a_test is a superuser on"),
        ("login createdb createrole", "may create roles .*CREATE ROLE drill LOGIN CREATEDB"),
        ("login createdb replication", "may replicate"),
        ("login createdb bypassrls", "passes by policies"),
        ("login createdb in role pg_execute_server_program", "is a member of other roles"),
        ("login nocreatedb", 'may not create databases on .*ALTER ROLE "drill_of_a_test" CREATEDB'),
        ("createdb", "does not let us in"),
    ],
)
def test_a_role_that_may_do_more_than_make_databases_or_less_is_refused(world: World, rights: str, said: str) -> None:
    own = own_server(world.server, role(world.server, "drill_of_a_test", rights))

    assert re.search(said, lacks(world.drill(own)))


def test_the_server_that_was_backed_up_is_refused_and_so_is_a_copy_of_it(
    world: World, postgres_18: PostgresServer
) -> None:
    role(postgres_18, "drill")
    before = databases(postgres_18)

    assert "is the server that was backed up" in lacks(world.drill(own_server(postgres_18, "drill")))
    assert databases(postgres_18) == before


def test_a_server_that_cannot_be_told_from_the_one_that_was_backed_up_is_refused(world: World) -> None:
    silent = replace(world.manifest, server=replace(world.manifest.server, system_identifier=""))

    assert "GRANT EXECUTE ON FUNCTION pg_control_system() TO backup's role" in lacks(
        world.drill(own_server(world.server, "drill"), silent)
    )

    run(world.server, "postgres", "revoke execute on function pg_control_system() from public")
    try:
        said = lacks(world.drill(own_server(world.server, "drill")))
    finally:
        run(world.server, "postgres", "grant execute on function pg_control_system() to public")
    assert "GRANT EXECUTE ON FUNCTION pg_control_system() TO drill" in said


def test_an_older_server_than_the_one_that_was_backed_up_is_refused(world: World, postgres_16: PostgresServer) -> None:
    role(postgres_16, "drill")

    assert "is PostgreSQL 16" in lacks(world.drill(own_server(postgres_16, "drill")))


def missing() -> str:
    raise SecretUnavailable("there is no parameter /caretaker/production/drill/main: store it")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (missing, "there is no parameter /caretaker/production/drill/main"),
        (lambda: f"mysql://drill:{PASSWORD}@127.0.0.1/x", "cannot be used: it does not begin with postgresql://"),
        (lambda: "postgresql://drill@127.0.0.1:1/postgres", "refused the connection"),
        (lambda: "postgresql://drill:pw@nowhere.invalid/postgres", "nowhere.invalid"),
    ],
)
def test_a_server_that_is_not_reached_is_named(world: World, url: Callable[[], str], said: str) -> None:
    assert said in lacks(world.drill(OwnServer(url, "", lambda _: False)))


def test_a_password_that_is_wrong_or_missing_is_said(world: World) -> None:
    wrong = own_server(world.server, "drill", password=f"{PASSWORD}-no-more")
    assert "does not let us in" in lacks(world.drill(wrong))

    url = f"postgresql://drill@127.0.0.1:{world.server.port}/postgres"
    assert "wants a password: write it in the secret" in lacks(world.drill(OwnServer(lambda: url, "", lambda _: False)))


def test_a_disk_that_is_full_says_nothing_against_the_backup(world: World, postgres_18: PostgresServer) -> None:
    size = LARGEST_FILE + (1 << 20)
    database = make(
        postgres_18,
        "create table orders (n int, x text)",
        "alter table orders alter x set storage plain",
        f"insert into orders select n, repeat('x', 1000) from generate_series(1, {size // 1000}) n",
    )
    large = back_up(world.bucket, postgres_18, database, world.programs)

    assert "could not extend file" in lacks(world.drill(own_server(world.server, "drill"), large))


def bytes_of_a_drill(world: World) -> int:
    with cable(world.server.port) as laid:
        laid.lasts = 10**9
        assert world.drill(own_server(world.server, "drill", port=laid.port)).reached == "equal"
        return int(10**9 - laid.lasts)


@pytest.mark.parametrize("parts", [4, pytest.param(40, marks=SLOW)])
def test_a_connection_that_is_lost_anywhere_proves_nothing_more_and_the_next_drill_clears_up(
    world: World, parts: int
) -> None:
    whole = bytes_of_a_drill(world)
    for part in range(parts):
        with cable(world.server.port) as laid:
            laid.lasts = whole * part // parts
            proof = world.drill(own_server(world.server, "drill", port=laid.port))

        assert not proof.is_damaged, part
        assert proof.reached in ("decoded", "restored"), part
        assert {one.code for one in proof.noted} == {"drill-unavailable"}, part
        if world.database in databases(world.server):
            assert f'DROP DATABASE "{world.database}"' in str(proof.noted), part
    assert world.database in databases(world.server), "the last cut was made while tables were compared"
    again = own_server(world.server, "drill", is_under_way=lambda _: True)  # it is: this very drill
    assert world.drill(again).reached == "equal"


def test_what_a_killed_drill_has_left_goes_when_its_lease_has_run_out_and_nothing_else(
    world: World, postgres_18: PostgresServer
) -> None:
    other = back_up(world.bucket, postgres_18, make(postgres_18, "create table t ()"), world.programs)
    url = own_server(world.server, "drill").url()
    endpoint = world.bucket.client.meta.endpoint_url
    assert died(die_before_comparing, endpoint, BUCKET, world.manifest.id.text, world.programs, world.drills, url)
    assert world.database in databases(world.server)
    digest = world.database[-8:]
    kept = [
        database_of(world.manifest.id, "another-bucket"),
        f"caretaker_drill_{digest}",
        f"{world.database}_kept",
        f"caretaker_drill_20261120t020000z_daily_0000_{digest}",  # another role's
    ]
    for name in kept:
        run(world.server, "postgres", f'create database "{name}"')
    for name in kept[:3]:
        run(world.server, "postgres", f'alter database "{name}" owner to drill')

    asked: list[str] = []

    def is_under_way(backup: str) -> bool:
        asked.append(backup)
        return len(asked) == 1

    own = own_server(world.server, "drill", is_under_way=is_under_way)
    assert world.drill(own, other).reached == "equal"
    assert world.database in databases(world.server), "that drill was under way"
    assert world.drill(own, other).reached == "equal"
    assert world.database not in databases(world.server)
    assert asked == [world.manifest.id.text] * 2
    assert set(kept) <= databases(world.server)
    let_go_of(world.server, *kept)
