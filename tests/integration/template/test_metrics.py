"""What the alarms and the dashboard read is what the functions really write."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caretaker.core.telemetry import Metric
from caretaker.local.functions.logs import Line
from tests.integration.template.conftest import Ran
from tests.template.plain import plain

TEMPLATE = Path(__file__).parents[3] / "template.yaml"


@pytest.fixture(scope="module")
def measured(ran: Ran) -> list[tuple[str, Any]]:
    """Return by which function each line with a metric was written."""
    return [
        (name, line) for name, lines in ran.lines.items() for line in lines if isinstance(line, dict) and "_aws" in line
    ]


def test_every_metric_is_written_by_somebody_and_no_other(measured: list[tuple[str, Any]]) -> None:
    writers = {(name, function) for function, line in measured for name in line if name != "_aws"}

    assert writers == {
        (Metric.CHECKS_FAILED, "uptime"),
        (Metric.OLDEST_UNSENT, "uptime"),
        (Metric.BACKUP_AGE, "verify"),
        (Metric.FALLBACK_FAILED, "notify"),
    }


def test_a_metric_is_the_stacks_own_and_has_no_dimension(ran: Ran, measured: list[tuple[str, Any]]) -> None:
    for _, line in measured:
        [directive] = line["_aws"]["CloudWatchMetrics"]
        [metric] = directive["Metrics"]
        assert directive["Namespace"] == f"Caretaker/{ran.stack}"
        assert directive["Dimensions"] == [[]]
        assert isinstance(line[metric["Name"]], int | float)


def test_the_graphs_of_logs_read_fields_that_are_there(ran: Ran) -> None:
    written = {".".join(path) for lines in ran.lines.values() for line in lines for path in _paths(line)}

    queries = list(_queries())
    assert queries
    for query in queries:
        fields = set(re.findall(r"metadata\.\w+|event_type", query))
        assert len(fields) >= 2
        assert fields <= written


def _queries() -> Iterator[str]:
    body = plain().resources["Graphs"]["Properties"]["DashboardBody"]["Fn::Sub"]
    for widget in json.loads(body)["widgets"]:
        if widget["type"] == "log":
            yield widget["properties"]["query"]


def _paths(line: Line) -> Iterator[tuple[str, ...]]:
    for name, value in line.items() if isinstance(line, dict) else ():
        yield (name,)
        for inner in value if isinstance(value, dict) else ():
            yield (name, inner)
