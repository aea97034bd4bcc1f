"""Ordinary schemas are compared whole in a drill; what its server lacks is named, and nothing else is left out."""

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from bench.drill.share import Outcome, outcome
from bench.drill.source import SCHEMAS, source
from caretaker.archive.objects import Bucket
from functions.verify.standing_in import NOT_THERE, STOOD_FOR, standing_in
from tests.databases import make, run
from tests.integration.verify.conftest import Proven
from tests.postgres import PostgresServer

EXPECTED = {
    "collations": Outcome(
        schema="collations",
        reached="equal",
        tables=5,
        compared=5,
        noted=(),
        aside=(),
        replaced=(
            "C instead of en-x-icu",
            "C instead of und-x-icu",
            "C instead of public.case_insensitive",
            "C instead of public.german_phonebook",
            "C instead of public.ignore_accents",
            "C instead of public.numeric_order",
        ),
    ),
    "postgis": Outcome(
        schema="postgis",
        reached="equal",
        tables=7,
        compared=5,
        noted=("missing-extension: 5 of 7 tables compared; postgis missing",),
        aside=("postgis", "rows of public.spatial_ref_sys"),
        replaced=(),
    ),
    "supabase": Outcome(
        schema="supabase",
        reached="equal",
        tables=10,
        compared=10,
        noted=(),
        aside=("event trigger pgrst_ddl_watch",),
        replaced=(
            "functions of our own instead of those of pgcrypto",
            "functions of our own instead of those of uuid-ossp",
        ),
    ),
}
OTHERS = [schema for schema in SCHEMAS if schema.stem not in EXPECTED]


@pytest.fixture(scope="module")
def production() -> Iterator[PostgresServer]:
    """A server that has more than the drill's."""
    with source() as server:
        yield server


@pytest.mark.parametrize("name", EXPECTED)
def test_what_the_server_of_a_drill_lacks_keeps_no_other_table_from_being_compared(
    name: str, production: PostgresServer, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    [schema] = [schema for schema in SCHEMAS if schema.stem == name]

    assert outcome(schema, production, drilled_bucket, programs, drills) == EXPECTED[name]


@pytest.mark.slow
@pytest.mark.parametrize("schema", OTHERS, ids=lambda schema: schema.stem)
def test_an_ordinary_schema_is_compared_whole(
    schema: Path, production: PostgresServer, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    came_to = outcome(schema, production, drilled_bucket, programs, drills)

    assert (came_to.is_full, came_to.noted) == (True, ())


def test_there_are_twenty_schemas() -> None:
    assert len(SCHEMAS) == len(EXPECTED) + len(OTHERS) == 20


def test_a_function_that_only_stands_for_another_ends_the_drill_and_not_the_backup_when_it_is_called(
    production: PostgresServer, proven: Proven
) -> None:
    hmac = "function hmac(text, text, text) returns bytea language sql immutable"
    database = make(
        production,
        "create extension pgcrypto",
        f"create or replace {hmac} as 'select sha256($1::bytea)'",  # production can do it
        "create table people as select 'name' as name",
        "create index on people (hmac(name, 'key', 'sha1'))",
    )

    proof = proven(production, database)

    assert (proof.reached, proof.is_damaged) == ("decoded", False)
    [noted] = proof.noted
    assert noted.code == "drill-unavailable"
    assert NOT_THERE in noted.message


def test_what_stands_for_an_extension_answers_as_it_does_or_not_at_all(postgres_18: PostgresServer) -> None:
    database = make(postgres_18, *(made for name in STOOD_FOR for made in standing_in(name, "public")))

    def answer(function: str) -> object:
        [(found,)] = run(postgres_18, database, f"select {function}::text")
        return found

    for name in ("md5", "sha224", "sha256", "sha384", "sha512"):
        assert answer(f"encode(digest('ä', '{name}'), 'hex')") == hashlib.new(name, "ä".encode()).hexdigest()
        assert (
            answer(rf"encode(digest('\x00ff'::bytea, '{name.upper()}'), 'hex')")
            == hashlib.new(name, b"\0\xff").hexdigest()
        )
    for place in ("dns", "url", "oid", "x500"):
        assert answer(f"uuid_ns_{place}()") == str(getattr(uuid, f"NAMESPACE_{place.upper()}"))
    assert answer("uuid_nil()") == str(uuid.UUID(int=0))
    assert answer("uuid_generate_v4()") != answer("uuid_generate_v4()")
    assert [answer(f"length(gen_random_bytes({size}))") for size in (1, 16, 100)] == ["1", "16", "100"]
    for function in ("digest('x', 'sha1')", "crypt('x', 'y')", "uuid_generate_v5(uuid_nil(), 'x')"):
        with pytest.raises(psycopg2.errors.RaiseException, match=NOT_THERE):
            answer(function)
