"""A backup comes back as it was, whatever the way."""

import pytest

from tests.databases import make, run
from tests.integration.restore.restoring import World
from tests.postgres import PostgresServer


def test_a_database_that_does_not_exist_is_created_and_is_equal(world: World) -> None:
    restored = world.restore()

    assert restored.comparison
    assert restored.comparison.differences == ()
    assert (restored.comparison.equal, restored.comparison.tables) == (4, 4)
    assert restored.is_equal
    assert world.count() == 3000
    assert run(world.server, world.database, "select twice(21), (select count(*) from totals)") == [(42, 200)]
    assert list(world.room.iterdir()) == []
    assert str(restored.plan.way) == "by 4 sessions at once, from a file"


def test_its_statistics_are_gathered_and_its_comment_says_what_it_is(world: World) -> None:
    world.restore()

    asked = "select reltuples, shobj_description(d.oid, 'pg_database') from pg_class, pg_database d"
    [(rows, comment)] = run(
        world.server, world.database, f"{asked} where relname = 'orders' and datname = current_database()"
    )
    assert rows == 3000
    assert comment == f"restored from the backup {world.shelf.newer.id.text} of main, 2026-11-20T02:00:00Z"[:len(comment)]
    assert world.shelf.newer.id.text in comment
