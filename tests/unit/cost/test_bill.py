"""The bill: it stays below what is promised, and every line of it has a price with a source."""

from dataclasses import replace
from datetime import date

import pytest

from caretaker.cost.bill import bill
from caretaker.cost.measured import DRILL, load_measured
from caretaker.cost.month import Workload, month
from caretaker.cost.prices import Price, load_prices
from caretaker.local.stack.template import read_template
from tests.template.plain import plain
from tests.unit.cost.reference import TEMPLATE

PRICES = load_prices()
MEASURED = load_measured()
REFERENCE = Workload(targets=25, certificates=5, databases=1, database_bytes=1e9)


def test_the_promised_month_costs_at_most_one_dollar_or_three_without_allowances() -> None:
    made = bill(month(REFERENCE, plain(), MEASURED), PRICES)

    assert 0.2 < made.with_free <= 1.0
    assert 1.0 < made.without <= 3.0


def test_every_quantity_has_a_price_and_every_price_is_used() -> None:
    used = month(REFERENCE, plain(), MEASURED)

    assert set(used.quantities) == set(PRICES.prices)
    assert used.not_measured == ()


def test_every_price_says_where_and_when_it_was_read() -> None:
    date.fromisoformat(PRICES.date)
    named = [(price.usd, price.source) for price in PRICES.prices.values()]
    named += [(extra.usd, extra.source) for extra in PRICES.apart.values()]
    assert all(usd > 0 and source in PRICES.sources for usd, source in named)
    assert all("read 20" in said or "from memory" in said for said in PRICES.sources.values())


def test_what_is_always_free_is_taken_off_only_with_allowances() -> None:
    price = Price(usd=0.30, per=1, unit="metrics", free=10, source="a page")

    assert price.of(12, with_free=True) == pytest.approx(0.60)
    assert price.of(12, with_free=False) == pytest.approx(3.60)
    assert price.of(4, with_free=True) == 0


@pytest.mark.parametrize("more", [{"targets": 250}, {"certificates": 50}, {"databases": 3}, {"database_bytes": 50e9}])
def test_who_has_more_looked_after_pays_more(more: dict[str, int]) -> None:
    little = bill(month(REFERENCE, plain(), MEASURED), PRICES)
    much = bill(month(replace(REFERENCE, **more), plain(), MEASURED), PRICES)

    assert much.without > little.without
    assert much.with_free >= little.with_free


def test_no_database_costs_nothing_in_the_bucket() -> None:
    used = month(replace(REFERENCE, databases=0, database_bytes=0), plain(), MEASURED)

    assert used.quantities["s3-storage"] == 0


def test_a_function_that_nobody_has_measured_is_named_and_its_starts_are_counted() -> None:
    known = {name: samples for name, samples in MEASURED.samples.items() if name != "verify"}

    used = month(REFERENCE, plain(), replace(MEASURED, samples=known))

    assert used.not_measured == ("verify",)
    assert used.quantities["lambda-requests"] == month(REFERENCE, plain(), MEASURED).quantities["lambda-requests"]


def test_a_drill_is_paid_for_with_the_memory_that_verify_has_and_grows_with_the_database() -> None:
    large = replace(REFERENCE, database_bytes=2e9)
    little_memory = read_template(TEMPLATE, {"VerifyMemoryMegabytes": "1769"})

    seconds = month(REFERENCE, plain(), MEASURED).quantities["lambda-gb-seconds"]
    backup = MEASURED.samples["backup"][-1].use.seconds

    assert month(large, plain(), MEASURED).quantities["lambda-gb-seconds"] > seconds + 30 * backup
    assert month(REFERENCE, little_memory, MEASURED).quantities["lambda-gb-seconds"] < seconds


def test_a_drill_that_nobody_has_measured_is_named() -> None:
    known = {name: samples for name, samples in MEASURED.samples.items() if name != DRILL}

    assert month(REFERENCE, plain(), replace(MEASURED, samples=known)).not_measured == (DRILL,)


def test_schedules_are_counted_as_the_template_has_them() -> None:
    seldom = read_template(TEMPLATE, {"UptimeSchedule": "rate(1 hour)"})

    every_five_minutes = month(REFERENCE, plain(), MEASURED).quantities["scheduler"]

    assert every_five_minutes - month(REFERENCE, seldom, MEASURED).quantities["scheduler"] == 30 * 24 * 11


def test_alarms_are_charged_by_the_metrics_that_they_read() -> None:
    assert month(REFERENCE, plain(), MEASURED).quantities["alarms"] == 16
