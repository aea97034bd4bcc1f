"""A large database is restored by one run, whose rows need not be logged; where that cannot be, by several."""

from pathlib import Path
from typing import Any

import pytest

from caretaker.archive.objects import Bucket
from caretaker.archive.restoring.running import Order, Outcome, PgRestore
from functions.verify.drill import drill
from tests.backed_up import back_up
from tests.databases import make
from tests.integration.verify.conftest import means
from tests.late_rows import CHAIN
from tests.postgres import PostgresServer

ORDERS = (
    "create domain positive as int check (value > 0)",
    "create table orders (id int primary key, n positive)",
    "create table items (id int references orders)",
    "insert into orders select n, n from generate_series(1, 100) n",
    "insert into items select n from generate_series(1, 100) n",
)
FORCED = ("alter table orders enable row level security", "alter table orders force row level security")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return the sections that each run restores; none are all."""
    seen: list[tuple[str, ...]] = []
    restore = PgRestore.restore

    def seeing(self: PgRestore, connection: Any, database: str, order: Order) -> Outcome:
        seen.append(tuple(order.sections))
        return restore(self, connection, database, order)

    monkeypatch.setattr(PgRestore, "restore", seeing)
    return seen


@pytest.mark.parametrize(
    ("statements", "a_second", "by_one"),
    [
        pytest.param(ORDERS, 1, True, id="large"),
        pytest.param(ORDERS, 500_000_000, False, id="small"),
        pytest.param((*ORDERS, *FORCED), 1, False, id="rows that a policy hides"),
        pytest.param(CHAIN, 1, False, id="rows that wait for others"),
    ],
)
def test_a_database_is_made_anew_where_one_run_can_do_it_and_gains_by_it(
    statements: tuple[str, ...],
    a_second: int,
    by_one: bool,
    runs: list[tuple[str, ...]],
    drilled_bucket: Bucket,
    postgres_18: PostgresServer,
    programs: Path,
    drills: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("functions.verify.restoring._LOGGED", a_second)
    manifest = back_up(drilled_bucket, postgres_18, make(postgres_18, *statements), programs)

    proof = drill(manifest, means(drilled_bucket, programs, drills)).proof

    assert (proof.reached, proof.noted) == ("equal", ())
    assert runs[0] == ("pre-data",)
    assert (() in runs[1:]) == by_one
