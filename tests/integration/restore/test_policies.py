"""Rows that policies hide from whoever restores them are there, and nothing is claimed of them."""

from tests.databases import run
from tests.integration.restore.restoring import World, back_up
from tests.postgres import PASSWORD, PostgresServer

HIDING = (
    "create table open as select n from generate_series(1, 50) n",
    "create table notes as select 'a' || n as owner from generate_series(1, 100) n",
    "alter table notes enable row level security",
    "alter table notes force row level security",
    "create policy own on notes using (owner = current_user)",
)


def test_what_their_owner_may_not_see_either_is_named_and_the_rest_is_compared(
    world: World, postgres_18: PostgresServer
) -> None:
    back_up(world, postgres_18, *HIDING)
    run(
        world.server,
        "postgres",
        "drop role if exists hidden_from",
        f"create role hidden_from login createdb password '{PASSWORD}'",
    )

    restored = world.restore("hidden_from")

    assert restored.comparison is not None, restored.not_compared
    assert (restored.comparison.equal, restored.comparison.tables, restored.comparison.differences) == (1, 2, ())
    assert not restored.is_equal, "nobody has seen all of it"
    assert restored.notes == ("public.notes was not compared: its policies hide rows from hidden_from, too",)
    assert world.count("notes") == 100


def test_who_may_see_everything_compares_them(world: World, postgres_18: PostgresServer) -> None:
    back_up(world, postgres_18, *HIDING)

    assert world.restore().is_equal
