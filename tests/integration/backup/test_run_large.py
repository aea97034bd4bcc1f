"""Values, and numbers of tables, that are larger than usual fit through a run, and its manifest stays small."""

import tracemalloc

import pytest

from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest_file import LARGEST
from functions.backup.run import BackupFailed
from tests.databases import make
from tests.integration.backup.backing_up import TWO_ATTEMPTS, World
from tests.postgres import PostgresServer, postgres_server

MEMORY = 64 << 20
VALUE = "create table files as select decode(repeat(md5('x'), 6250000), 'hex') as content"
TABLES = "do $$ begin for n in 1..{} loop execute format('create table t_%s (id int)', n); end loop; end $$"


@pytest.mark.slow
def test_a_value_of_100_mb_is_never_in_memory_as_a_whole(world: World, postgres_18: PostgresServer) -> None:
    world.url = postgres_18.url(database=make(postgres_18, VALUE))
    tracemalloc.start()
    try:
        made = world.run().manifest
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert made
    assert made.objects[0].raw_bytes > 200_000_000, "pg_dump writes it in hexadecimal"
    assert made.totals.rows == 1
    assert peak < MEMORY


@pytest.mark.slow
def test_five_thousand_tables_are_backed_up_and_their_manifest_is_small(world: World) -> None:
    with postgres_server(18, "max_locks_per_transaction=256") as server:
        world.url = server.url(database=make(server, TABLES.format(5000)))

        made = world.run(seconds=TWO_ATTEMPTS).manifest

    assert made
    assert made.totals.tables == 5000
    head = world.bucket.head(made.id.key(MANIFEST))
    assert head
    assert head.bytes < LARGEST


@pytest.mark.slow
def test_a_server_with_too_few_locks_for_its_tables_says_what_to_do(world: World) -> None:
    with postgres_server(18, "max_locks_per_transaction=10") as server:
        loops = [TABLES.replace("1..{}", f"{first}..{first + 499}") for first in range(1, 5001, 500)]
        world.url = server.url(database=make(server, *loops))

        with pytest.raises(BackupFailed, match="out of shared memory"):
            world.run()

    assert world.manifests() == []
    [opened] = world.told()
    assert "Raise max_locks_per_transaction" in opened["findings"][0]["fix"]
