"""Rows that are only taken once other tables have theirs speak against no backup, unless they never are."""

from pathlib import Path

import pytest

from caretaker.archive.identity import DUMP
from caretaker.archive.objects import Bucket
from functions.verify.drill import drill
from tests.backed_up import back_up
from tests.databases import make
from tests.integration.verify.conftest import Proven, means
from tests.late_rows import BROKEN, CHAIN
from tests.postgres import PostgresServer


@pytest.mark.parametrize("room", [pytest.param(4, id="file"), pytest.param(2, id="pipe", marks=pytest.mark.slow)])
def test_rows_that_need_those_of_other_tables_are_all_there(
    postgres_18: PostgresServer, drilled_bucket: Bucket, programs: Path, drills: Path, room: int
) -> None:
    manifest = back_up(drilled_bucket, postgres_18, make(postgres_18, *CHAIN), programs)
    dump = manifest.stored(DUMP)
    assert dump
    free = 10**9 + dump.raw_bytes * room

    proof = drill(manifest, means(drilled_bucket, programs, drills, free=lambda: free)).proof

    assert (proof.noted, proof.reached, proof.compared) == ((), "equal", 6)


def test_rows_that_their_constraint_does_not_allow_any_more_are_told_once(
    postgres_18: PostgresServer, proven: Proven
) -> None:
    proof = proven(postgres_18, make(postgres_18, *BROKEN))

    [noted] = proof.noted
    assert (proof.reached, noted.code) == ("decoded", "restore-failed")
    assert noted.message.count('new row for relation "a" violates check constraint') == 1
