"""`caretaker cost`: the bill, itemised, for people and for programs; docs/cost.md shows the same."""

import json
import re
from pathlib import Path

import pytest

from tests.unit.cli.processes import Run
from tests.unit.cost.reference import CONFIGURATION, ROOT


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "caretaker.yaml"
    path.write_text(CONFIGURATION, "utf-8")
    return str(path)


def test_the_bill_is_itemised_and_adds_up(run: Run, config: str) -> None:
    done = run("cost", "--config", config, "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
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


def test_a_larger_database_costs_more(run: Run, config: str) -> None:
    small, large = (json.loads(run("cost", "--config", config, "--gb", gb, "--json").stdout) for gb in ("1", "20"))

    assert large["with_free"] > small["with_free"]


def test_a_wrong_file_ends_with_two(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("environment: p\nuptmie: {}\n", "utf-8")

    assert run("cost", "--config", str(wrong)).returncode == 2


def test_the_page_shows_the_bill_that_the_command_computes(run: Run, config: str) -> None:
    page = (ROOT / "docs" / "cost.md").read_text("utf-8")
    shown = re.findall(r"^\| (.+?) \| ([\d.,]+) \| ([\d.]+) \| ([\d.]+) \|$", page, re.MULTILINE)

    told = json.loads(run("cost", "--config", config, "--json").stdout)

    lines = {line["unit"]: (f"{line['with_free']:.3f}", f"{line['without']:.3f}") for line in told["lines"]}
    assert {unit: (with_free, without) for unit, _, with_free, without in shown} == lines
    assert f"**{told['with_free']:.2f}** US dollars" in page
    assert f"**{told['without_free']:.2f}**" in page
    assert all(source in page for source in json.loads(_prices())["sources"].values())


def _prices() -> str:
    return (ROOT / "caretaker" / "cost" / "prices.json").read_text("utf-8")
