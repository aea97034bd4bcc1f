"""Where checks stand: those of the last run, and of kinds whose runs may be of one database, of the last of each."""

from datetime import UTC, datetime, timedelta

import pytest

from caretaker.cli.standing import standings
from caretaker.core.results import judge
from caretaker.core.store import history
from caretaker.core.store.table import Table

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def seen(table: Table, kind: str, at: datetime, *names: str) -> None:
    """Write down a run that saw these."""
    results = [judge(f"{kind}/{name}", [], observed_at=at, healthy="fine", measurements={}) for name in names]
    history.record(table, kind, at, results)


def shown(table: Table, kind: str) -> list[str]:
    return [one.check for one in standings(table, kind, NOON + timedelta(minutes=1))]


@pytest.mark.parametrize("kind", ["verify", "freshness", "backup"])
@pytest.mark.parametrize("before", [timedelta(minutes=5), timedelta(hours=13)])
def test_a_run_of_one_database_leaves_the_others_where_they_were(table: Table, kind: str, before: timedelta) -> None:
    seen(table, kind, NOON - before, "main", "shop")
    seen(table, kind, NOON, "main")

    assert shown(table, kind) == [f"{kind}/main", f"{kind}/shop"]


def test_it_is_known_when_each_was_seen_last(table: Table) -> None:
    seen(table, "verify", NOON - timedelta(minutes=30), "main", "shop")
    seen(table, "verify", NOON, "main")

    now = NOON + timedelta(hours=3)
    times = {one.check: one.seen_at for one in standings(table, "verify", now)}
    assert times == {"verify/main": NOON, "verify/shop": NOON - timedelta(minutes=30)}


def test_a_target_that_the_last_run_did_not_see_is_not_watched_any_more(table: Table) -> None:
    seen(table, "uptime", NOON - timedelta(minutes=5), "api", "web")
    seen(table, "uptime", NOON, "api")

    assert shown(table, "uptime") == ["uptime/api"]


def test_a_kind_that_has_no_check_is_not_looked_for_in_every_day_of_a_month(table: Table) -> None:
    calls: list[str] = []
    table.client.meta.events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))

    assert shown(table, "cert") == []

    assert 0 < len(calls) < 10
