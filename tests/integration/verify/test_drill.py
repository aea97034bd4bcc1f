"""A drill brings a backup back into a server of its own, and says how far that went."""

from pathlib import Path

from caretaker.archive.objects import Bucket
from caretaker.archive.proof import Level
from caretaker.archive.restoring.preflight import dump_of
from functions.verify.drill import drill
from tests.backed_up import back_up
from tests.databases import make
from tests.integration.verify.conftest import are_gone, means
from tests.odd_databases import everything
from tests.postgres import PostgresServer

LEVELS: list[Level] = ["present", "checksums", "decoded", "restored", "equal"]


def test_whatever_a_database_holds_is_brought_back_and_found_to_be_equal(
    either_postgres: PostgresServer, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    database = make(either_postgres, *everything(either_postgres.version))
    manifest = back_up(drilled_bucket, either_postgres, database, programs)

    proof = drill(manifest, means(drilled_bucket, programs, drills)).proof

    assert (proof.noted, proof.reached) == ((), "equal")
    assert [step.level for step in proof.steps] == LEVELS
    assert proof.compared == proof.tables == manifest.totals.tables
    assert proof.dump_sha256 == dump_of(manifest).raw_sha256
    assert list(drills.iterdir()) == []
    assert are_gone(drills)
