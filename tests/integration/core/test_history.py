"""A run is one small item, and tells later when a check was last good."""

from datetime import UTC, datetime, timedelta

from caretaker.core.results import Finding, Result, Severity, judge
from caretaker.core.store import history
from caretaker.core.store.table import Table

MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
REFUSED = Finding("connection-refused", Severity.CRITICAL, "refused", "start it")


def result(name: str, at: datetime, *findings: Finding) -> Result:
    return judge(f"uptime/{name}", findings, observed_at=at, healthy="fine", measurements={"seconds": 0.123})


def test_a_thousand_results_are_one_item_of_a_few_kilobytes(table: Table) -> None:
    history.record(table, "uptime", MIDNIGHT, [result(f"target-{number}", MIDNIGHT) for number in range(1000)])
    (item,) = table.query("RUN#uptime#2026-11-21")
    assert len(item["rows"]["B"]) < 10_000
    assert int(item["expires_at"]["N"]) == (MIDNIGHT + timedelta(days=35)).timestamp()


def test_the_last_good_time_is_that_of_the_run_before(table: Table) -> None:
    history.record(table, "uptime", MIDNIGHT, [result("api", MIDNIGHT), result("web", MIDNIGHT, REFUSED)])
    later = MIDNIGHT + timedelta(minutes=5)
    assert history.last_good(table, "uptime", later) == {"uptime/api": MIDNIGHT}


def test_the_last_good_time_is_found_on_the_day_before(table: Table) -> None:
    evening = MIDNIGHT - timedelta(minutes=5)
    history.record(table, "uptime", evening, [result("api", evening)])
    assert history.last_good(table, "uptime", MIDNIGHT) == {"uptime/api": evening}


def test_all_shards_of_the_run_before_are_read(table: Table) -> None:
    history.record(table, "uptime", MIDNIGHT, [result(f"target-{number}", MIDNIGHT) for number in range(4500)])
    assert len(history.last_good(table, "uptime", MIDNIGHT + timedelta(minutes=5))) == 4500


def test_a_repeated_run_leaves_the_recorded_one(table: Table) -> None:
    history.record(table, "uptime", MIDNIGHT, [result("api", MIDNIGHT)])
    history.record(table, "uptime", MIDNIGHT, [result("api", MIDNIGHT, REFUSED)])
    assert history.last_good(table, "uptime", MIDNIGHT + timedelta(minutes=5)) == {"uptime/api": MIDNIGHT}


def test_without_history_nothing_is_claimed(table: Table) -> None:
    assert history.last_good(table, "uptime", MIDNIGHT) == {}
