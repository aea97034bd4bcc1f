"""`caretaker cost`: the bill, itemised, for people and for programs; docs/cost.md shows the same."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from caretaker.cli.cost import cost
from tests.unit.cli.processes import Run
from tests.unit.cost.reference import CONFIGURATION, ROOT


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "caretaker.yaml"
    path.write_text(CONFIGURATION, "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What programs are told of the month that the page is about."""
    path = tmp_path_factory.mktemp("cost") / "caretaker.yaml"
    path.write_text(CONFIGURATION, "utf-8")
    done = CliRunner().invoke(cost, ["--config", str(path), "--json"])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_the_bill_is_itemised_and_adds_up(told: Any) -> None:
    for total, part in (("with_free", "with_free"), ("without_free", "without")):
        assert told[total] == pytest.approx(sum(line[part] for line in told["lines"]), abs=1e-3)
    assert told["with_free"] <= 1 < told["without_free"] <= 3
    assert {"usd", "what", "source"} == set(told["apart"][0])
    assert told["not_measured"] == []


def test_people_see_both_sums_and_what_is_apart(run: Run, config: str) -> None:
    done = run("cost", "--config", config)

    assert done.returncode == 0, done.stderr
    assert re.search(r"all of it +0\.\d\d +2\.\d\d", done.stdout)
    assert "a KMS key of your own" in done.stdout


def test_a_larger_database_costs_more(run: Run, config: str, told: Any) -> None:
    large = json.loads(run("cost", "--config", config, "--gb", "20", "--json").stdout)

    assert large["with_free"] > told["with_free"]


def test_a_wrong_file_ends_with_two(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("environment: p\nuptmie: {}\n", "utf-8")

    assert run("cost", "--config", str(wrong)).returncode == 2


def test_the_pages_show_the_bill_that_the_command_computes(told: Any) -> None:
    page = (ROOT / "docs" / "cost.md").read_text("utf-8")
    shown = re.findall(r"^\| (.+?) \| ([\d.,]+) \| ([\d.]+) \| ([\d.]+) \|$", page, re.MULTILINE)

    lines = {line["unit"]: (f"{line['with_free']:.3f}", f"{line['without']:.3f}") for line in told["lines"]}
    assert {unit: (with_free, without) for unit, _, with_free, without in shown} == lines
    assert f"**{told['with_free']:.2f}** US dollars" in page
    assert f"**{told['without_free']:.2f}**" in page
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"What it costs: {told['with_free']:.2f} US dollars" in readme
    assert all(source in page for source in json.loads(_prices())["sources"].values())


def _prices() -> str:
    return (ROOT / "caretaker" / "cost" / "prices.json").read_text("utf-8")
