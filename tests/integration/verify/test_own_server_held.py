"""A drill finds its server by the secret that the configuration names, and what it may clear away by the leases."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caretaker.archive.entries import entries
from caretaker.archive.identity import BackupId
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.proof import Proof
from caretaker.archive.unfinished import drill_of
from caretaker.core.config import DrillServer, Promise, PromisesConfig
from caretaker.core.secrets import Reference, SecretUnavailable
from caretaker.core.store import leases
from caretaker.core.store.table import Table
from functions.verify.drilling import Place, hold
from functions.verify.event import OneDrill
from functions.verify.own_server import database_of
from functions.verify.run import Tools
from tests.backed_up import back_up
from tests.databases import make, run
from tests.integration.verify.conftest import BUCKET
from tests.integration.verify.own_servers import databases, let_go_of, own_server, role
from tests.postgres import PostgresServer

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
SECRET = Reference("ssm", "caretaker/production/drill/main")


@pytest.fixture
def backup(emptied_bucket: Bucket, postgres_18: PostgresServer, programs: Path) -> Manifest:
    return back_up(emptied_bucket, postgres_18, make(postgres_18, "create table orders as select 1 as n"), programs)


def held(table: Table, bucket: Bucket, place: Place, at: datetime, value: str | SecretUnavailable) -> Proof:
    """Hold a drill for which the secret has this value, and return what it has recorded."""

    def read(wanted: frozenset[Reference]) -> Mapping[Reference, str | SecretUnavailable]:
        assert wanted == {SECRET}
        return {SECRET: value}

    config = PromisesConfig("production", (Promise("main", 93_600, 3600, DrillServer(str(SECRET), "")),))
    tools = Tools(table, bucket, config, lambda: at, lambda: 0.0, lambda _: None, read)
    assert hold(OneDrill(at, "main"), 870.0, place, tools).proof
    recorded = entries(bucket, "main").entries[0].proof
    assert recorded
    return recorded


def test_the_address_is_read_when_it_is_needed_and_whose_lease_holds_keeps_its_database(
    table: Table,
    emptied_bucket: Bucket,
    backup: Manifest,
    programs: Path,
    drills: Path,
    server_for_drills: PostgresServer,
) -> None:
    user = role(server_for_drills, "drill_by_lease")
    url, place = own_server(server_for_drills, user).url(), Place(programs, drills, 10**9, lambda: 0)
    other = BackupId("main", "emergency", NOW)
    left = database_of(other, BUCKET)
    run(server_for_drills, "postgres", f"create database {left} owner {user}")
    until = NOW + timedelta(minutes=15)
    leases.take(table, drill_of(other.text), "another drill", now=NOW, until=until)

    proof = held(table, emptied_bucket, place, NOW, url)
    assert (proof.reached, proof.on, proof.noted) == ("equal", "target", ())
    assert left in databases(server_for_drills)

    held(table, emptied_bucket, place, until + timedelta(minutes=1), url)
    assert left not in databases(server_for_drills)
    assert database_of(backup.id, BUCKET) not in databases(server_for_drills)
    let_go_of(server_for_drills, left)


def test_an_address_that_cannot_be_read_is_recorded_as_a_drill_that_could_not_be_held(
    table: Table, emptied_bucket: Bucket, backup: Manifest, programs: Path, drills: Path
) -> None:
    place = Place(programs, drills, 10**9, lambda: 10**12)

    proof = held(table, emptied_bucket, place, NOW, SecretUnavailable(f"{SECRET} could not be read: AccessDenied"))

    assert (proof.backup, proof.reached, proof.on) == (backup.id, "decoded", "target")
    assert [one.code for one in proof.noted] == ["drill-unavailable"]
    assert f"{SECRET} could not be read: AccessDenied" in proof.noted[0].message
