"""What is recorded of each function is what one run of it still uses."""

from collections.abc import Iterator, Mapping

import pytest

from bench.cost.__main__ import CERTIFICATES, ENDPOINTS
from bench.cost.counting import count
from bench.cost.stage import stage
from caretaker.cost.bill import bill
from caretaker.cost.measured import Measured, Sample, load_measured
from caretaker.cost.month import Workload, month
from caretaker.cost.prices import load_prices
from caretaker.local.stack.template import read_template
from tests.postgres import PostgresServer
from tests.unit.cost.reference import TEMPLATE

COUNTED = ("reads", "writes", "puts", "gets", "decrypted")
LOOKS = ("uptime", "cert_check", "verify", "notify")


@pytest.fixture(scope="module")
def counted(postgres_18: PostgresServer) -> Iterator[Mapping[str, Sample]]:
    with stage(ENDPOINTS, CERTIFICATES, postgres_18.url()) as staged:
        yield count(staged, 8e6)


@pytest.mark.parametrize("function", LOOKS)
def test_a_run_calls_aws_as_often_as_is_recorded(counted: Mapping[str, Sample], function: str) -> None:
    recorded, now = load_measured().samples[function][-1].use, counted[function].use

    assert {name: getattr(now, name) for name in COUNTED} == {name: getattr(recorded, name) for name in COUNTED}


@pytest.mark.parametrize("function", LOOKS)
def test_a_run_prints_and_keeps_about_as_much_as_is_recorded(counted: Mapping[str, Sample], function: str) -> None:
    recorded, now = load_measured().samples[function][-1].use, counted[function].use

    assert now.logged <= recorded.logged * 1.2 + 50
    assert now.kept <= recorded.kept * 1.2 + 50


def test_what_is_counted_now_keeps_the_promise(counted: Mapping[str, Sample]) -> None:
    recorded = load_measured()
    now = {name: [sample] for name, sample in counted.items() if name != "backup"}
    measured = Measured(recorded.date, {**recorded.samples, **now})

    made = bill(month(Workload(ENDPOINTS, CERTIFICATES, 1, 1e9), read_template(TEMPLATE), measured), load_prices())

    assert made.with_free <= 1.0
    assert made.without <= 3.0
