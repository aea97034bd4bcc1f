"""A good backup is not called bad for what a drill's server lacks, its role may not do, or a dump does otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from caretaker.archive.objects import Bucket
from functions.verify.drill import drill
from tests.backed_up import back_up
from tests.databases import make, run
from tests.integration.verify.conftest import Proven, means
from tests.postgres import PostgresServer

# The tests' server is no more than the drill's: its catalogue says of some columns what another server would have made.
_AS_ELSEWHERE = (
    "set allow_system_table_mods = on; update pg_attribute set {} where attrelid = '{}'::regclass and attnum = 1"
)
_ELSEWHERE = (
    "create table squeezed as select repeat('x', 9) as text",
    _AS_ELSEWHERE.format("attcompression = 'l'", "squeezed"),
    "create table marked_up as select '<a>x</a>' as text, 1 as id",
    "alter table marked_up add primary key (id)",
    _AS_ELSEWHERE.format("atttypid = 'xml'::regtype, attcollation = 0", "marked_up"),
    "create table pointing (to_id int references marked_up)",
    "insert into pointing values (1)",
    "create domain mark as xml; create type marks as (one mark[]); create table typed (many marks[])",
    "create foreign data wrapper elsewhere",
    "create server far foreign data wrapper elsewhere",
    "create user mapping for current_user server far",
    "create extension dblink",
    "create server near foreign data wrapper dblink_fdw",
    "create user mapping for current_user server near",
    "create publication everything for all tables",
    "create publication one for table pointing",
)


def test_what_only_another_server_can_do_is_named_and_the_rest_compared(
    postgres_18: PostgresServer, proven: Proven
) -> None:
    database = make(postgres_18, *_ELSEWHERE)

    proof = proven(postgres_18, database)

    assert (proof.reached, proof.compared, proof.tables) == ("equal", 1, 4)
    assert [(one.code, one.message) for one in proof.noted] == [
        ("missing-extension", "1 of 4 tables compared; table public.squeezed, libxml missing")
    ]
    assert set(proof.set_aside) == {
        "foreign data wrapper elsewhere",
        "publications of all tables",
        "table public.squeezed",
        "libxml",
    }


@pytest.fixture
def namesakes(postgres_18: PostgresServer) -> Iterator[list[str]]:
    """Roles of the names that the drill's server has for its own."""
    names = ["drill", "caretaker"]
    missing = [
        name for name in names if not run(postgres_18, "postgres", f"select 1 from pg_roles where rolname = '{name}'")
    ]
    run(postgres_18, "postgres", *(f"create role {name}" for name in missing))
    yield names
    run(postgres_18, "postgres", *(f"drop role {name}" for name in missing))


def test_what_comes_back_in_another_way_is_found_to_be_equal(
    postgres_18: PostgresServer, proven: Proven, namesakes: list[str]
) -> None:
    """Names of roles that the drill has too; rows whose partition is found by an enum's hash; another encoding."""
    database = make(
        postgres_18,
        "create table notes as select 'a note' as text",
        "alter table notes enable row level security",
        f"create policy own on notes to {', '.join(namesakes)} using (false)",
        "create type state as enum ('new', 'open', 'paid', 'sent', 'back', 'lost')",
        "create table parcels (state state, year int) partition by list (year)",
        "create table parcels_26 partition of parcels for values in (26) partition by hash (state)",
        *(
            f"create table parcels_26_{part} partition of parcels_26 for values with (modulus 3, remainder {part})"
            for part in range(3)
        ),
        "create table parcels_other partition of parcels default",
        "insert into parcels select s, 20 + n % 9 from unnest(enum_range(null::state)) s, generate_series(1, 100) n",
        """create table "Größen" ("Maß" text, "x" int)""",
        """insert into "Größen" values ('groß'), ('übergroß')""",
        'create publication "Änderungen" for all tables',
        options="template template0 encoding 'LATIN1' locale 'C'",
    )
    run(postgres_18, "postgres", f"alter database {database} set client_encoding to 'UTF8'")

    proof = proven(postgres_18, database)
    run(postgres_18, database, "drop table notes")

    assert (proof.noted, proof.reached, proof.compared) == ((), "equal", 6)
    assert proof.set_aside == ("publications of all tables",)


def test_rows_that_another_order_of_texts_refuses_are_no_word_against_the_backup(
    postgres_18: PostgresServer, drilled_bucket: Bucket, programs: Path, drills: Path
) -> None:
    database = make(
        postgres_18,
        "create table words as select 'ä' as word",
        "alter table words add constraint early check (word < 'b') not valid",
        "update pg_constraint set convalidated = true where conname = 'early'",  # as where ä comes before b
    )
    made = back_up(drilled_bucket, postgres_18, database, programs)
    manifest = replace(made, server=replace(made.server, provider="icu", locale="de-AT"))

    drilled = drill(manifest, means(drilled_bucket, programs, drills))

    assert (drilled.proof.reached, drilled.proof.is_damaged) == ("decoded", False)
    [noted] = drilled.proof.noted
    assert noted.code == "drill-unavailable"
    assert "sorted otherwise here (C.UTF-8 instead of de-AT of icu)" in noted.message
