"""The dashboard: a body that CloudWatch takes, about resources and metrics that exist."""

import json
import re
from typing import Any

import pytest

from caretaker.core.telemetry import Metric
from tests.template.plain import plain
from tests.template.stack import Stack

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
COLUMNS = 24
OURS = "Caretaker/${AWS::StackName}"
OF_AWS = {
    "AWS/Lambda": ({"Invocations", "Errors", "Duration"}, ("FunctionName",)),
    "AWS/DynamoDB": ({"ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits"}, ("TableName",)),
    "AWS/S3": ({"BucketSizeBytes"}, ("BucketName", "StorageType")),
    "AWS/Logs": ({"IncomingBytes"}, ("LogGroupName",)),
}


@pytest.fixture(scope="module")
def widgets(stack: Stack) -> list[dict[str, Any]]:
    body = json.loads(stack.properties("Graphs")["DashboardBody"]["Fn::Sub"])
    assert set(body) == {"widgets"}
    return list(body["widgets"])


def test_there_is_a_dashboard_only_where_one_is_wanted(stack: Stack) -> None:
    assert stack.resources["Graphs"]["Condition"] == "HasDashboard"


def test_every_placeholder_is_a_resource_or_parameter_of_the_stack(stack: Stack) -> None:
    named = re.findall(r"\$\{([^}]+)\}", stack.properties("Graphs")["DashboardBody"]["Fn::Sub"])

    assert {name.partition(".")[0] for name in named if not name.startswith("AWS::")} <= {
        *stack.resources,
        *plain().parameters,
    }


def test_every_metric_that_is_shown_exists(widgets: list[dict[str, Any]]) -> None:
    shown = [metric for widget in widgets if widget["type"] == "metric" for metric in widget["properties"]["metrics"]]

    for metric in shown:
        if isinstance(metric[0], dict):
            continue
        namespace, name, *rest = metric
        dimensions = [part for part in rest if isinstance(part, str)]
        if namespace == OURS:
            assert name in list(Metric)
            assert dimensions == []
        else:
            names, keys = OF_AWS[namespace]
            assert name in names
            assert tuple(dimensions[::2]) == keys


def test_the_gigabyte_seconds_are_of_the_memory_that_the_functions_have(
    stack: Stack, widgets: list[dict[str, Any]]
) -> None:
    [widget] = [one for one in widgets if one["properties"]["title"] == "Cost: GB-seconds a day"]
    metrics = widget["properties"]["metrics"]
    functions = {one[-1]["id"]: one[3] for one in metrics if not isinstance(one[0], dict)}
    expressions = [one[0]["expression"] for one in metrics if isinstance(one[0], dict)]

    memory = {name: stack.properties(reference[2:-1])["MemorySize"] for name, reference in functions.items()}
    assert sorted(expressions) == sorted(f"{name} * {_text(size)} / 1024 / 1000" for name, size in memory.items())
    assert set(functions.values()) == {f"${{{name}}}" for name in stack.of_type("AWS::Lambda::Function")}


def test_every_alarm_is_on_the_dashboard(stack: Stack, widgets: list[dict[str, Any]]) -> None:
    [widget] = [one for one in widgets if one["type"] == "alarm"]

    assert widget["properties"]["alarms"] == [f"${{{name}.Arn}}" for name in stack.of_type("AWS::CloudWatch::Alarm")]


def test_no_widget_lies_on_another(widgets: list[dict[str, Any]]) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in widgets:
        place = {
            (widget["x"] + right, widget["y"] + down)
            for right in range(widget["width"])
            for down in range(widget["height"])
        }
        assert not place & taken
        assert widget["x"] + widget["width"] <= COLUMNS
        taken |= place


def _text(size: Any) -> str:
    return f"${{{size['Ref']}}}" if isinstance(size, dict) else str(size)
