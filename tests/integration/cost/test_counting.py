"""What is recorded of each function is what one run of it still uses."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from bench.cost.__main__ import CERTIFICATES, ENDPOINTS
from bench.cost.counting import count
from bench.cost.stage import stage
from caretaker.cost.bill import bill
from caretaker.cost.measured import DRILL, Measured, Sample, load_measured
from caretaker.cost.month import Workload, month
from caretaker.cost.prices import load_prices
from caretaker.local.stack.template import read_template
from tests.postgres import PostgresServer
from tests.unit.cost.reference import TEMPLATE

COUNTED = ("reads", "writes", "puts", "gets", "decrypted")
pytestmark = pytest.mark.slow
RUNS = ("uptime", "cert_check", "verify", DRILL, "cleanup", "notify")


@pytest.fixture(scope="module")
def counted(postgres_18: PostgresServer) -> Iterator[Mapping[str, Sample]]:
    with stage(ENDPOINTS, CERTIFICATES, postgres_18.url()) as staged:
        yield count(staged, 8e6)


@pytest.mark.parametrize("function", RUNS)
def test_a_run_calls_aws_as_often_as_is_recorded(counted: Mapping[str, Sample], function: str) -> None:
    recorded, now = load_measured().samples[function][-1].use, counted[function].use

    assert {name: getattr(now, name) for name in COUNTED} == {name: getattr(recorded, name) for name in COUNTED}


@pytest.mark.parametrize("function", RUNS)
def test_a_run_prints_and_keeps_about_as_much_as_is_recorded(counted: Mapping[str, Sample], function: str) -> None:
    recorded, now = load_measured().samples[function][-1].use, counted[function].use

    assert now.logged <= recorded.logged * 1.2 + 50
    assert now.kept <= recorded.kept * 1.2 + 50


def test_what_is_counted_now_keeps_the_promise(counted: Mapping[str, Sample]) -> None:
    recorded = load_measured()
    seconds = {name: samples[-1].use.seconds for name, samples in recorded.samples.items()}
    now = {  # as often as now, and as long as on a machine that did nothing else
        name: [replace(sample, use=replace(sample.use, seconds=seconds[name]))]
        for name, sample in counted.items()
        if name not in ("backup", DRILL)
    }
    measured = Measured(recorded.date, {**recorded.samples, **now})

    made = bill(month(Workload(ENDPOINTS, CERTIFICATES, 1, 1e9), read_template(TEMPLATE), measured), load_prices())

    assert made.with_free <= 1.0
    assert made.without <= 3.0
