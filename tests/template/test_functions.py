"""What every function of the stack must have."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from caretaker.build.artifact import FUNCTIONS
from tests.template.stack import Stack, logical

ROOT = Path(__file__).parents[2]
LOGICAL_IDS = {name: f"{logical(name)}Function" for name in FUNCTIONS}

LONGEST = {"backup": 900, "verify": 900, "cleanup": 900}  # seconds: all that Lambda gives
# Seconds: a late backup is a backup, a late drill a drill; a late cleanup deletes nothing.
OLDEST = {"backup": 6 * 3600, "verify": 6 * 3600, "cleanup": 900}
RETRIES = {"backup": 0}  # it tries again by itself, and a second invocation would find the first one's lease


def test_the_functions_that_are_built_are_those_of_the_template(stack: Stack) -> None:
    assert set(stack.of_type("AWS::Lambda::Function")) == set(LOGICAL_IDS.values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_runs_its_own_handler_on_the_runtime_it_is_built_for(stack: Stack, name: str) -> None:
    function = stack.properties(LOGICAL_IDS[name])

    assert function["Handler"] == f"functions.{name}.app.handler"
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_limits_of_its_own(stack: Stack, name: str) -> None:
    function = stack.properties(LOGICAL_IDS[name])
    memory = function["MemorySize"]

    assert 3 < function["Timeout"] <= LONGEST.get(name, 300)
    assert memory == {"Ref": "VerifyMemoryMegabytes"} if name == "verify" else memory > 128


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_as_json_to_a_group_whose_lines_expire(stack: Stack, name: str) -> None:
    logging = stack.properties(LOGICAL_IDS[name])["LoggingConfig"]

    assert logging["LogFormat"] == "JSON"
    group = stack.properties(logging["LogGroup"]["Ref"])
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_event_that_a_function_fails_on_is_kept(stack: Stack, name: str) -> None:
    configurations = stack.of_type("AWS::Lambda::EventInvokeConfig").values()
    [configuration] = [one for one in configurations if one["FunctionName"] == {"Ref": LOGICAL_IDS[name]}]

    assert configuration["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert configuration["MaximumEventAgeInSeconds"] <= OLDEST.get(name, 240)
    assert configuration["MaximumRetryAttempts"] == RETRIES.get(name, 1)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_gets_the_variables_that_its_code_reads_and_no_others(stack: Stack, name: str) -> None:
    variables = stack.properties(LOGICAL_IDS[name])["Environment"]["Variables"]

    given = {variable for variable in variables if variable.startswith("CARETAKER_")}
    assert _read_variables(name) <= given
    assert given - _read_variables(name) <= {"CARETAKER_ENVIRONMENT"}  # for people who look at the function
    assert variables["POWERTOOLS_SERVICE_NAME"] == name
    assert variables["CARETAKER_METRICS"] == {"Fn::Sub": "Caretaker/${AWS::StackName}"}


def test_a_deployment_leaves_no_versions_behind_that_somebody_had_to_clear_away(stack: Stack) -> None:
    assert not stack.of_type("AWS::Lambda::Version")
    assert not stack.of_type("AWS::Lambda::Alias")
    layers = [one for one in stack.resources.values() if one["Type"] == "AWS::Lambda::LayerVersion"]
    assert layers
    assert all(layer.get("DeletionPolicy", "Delete") == "Delete" for layer in layers)


def test_every_parameter_says_what_it_is_for() -> None:
    parameters = yaml.load((ROOT / "template.yaml").read_text("utf-8"), yaml.BaseLoader)["Parameters"]

    assert [name for name, one in parameters.items() if not one.get("Description")] == []


def test_every_output_says_what_it_is() -> None:
    outputs = yaml.load((ROOT / "template.yaml").read_text("utf-8"), yaml.BaseLoader)["Outputs"]

    assert [name for name, one in outputs.items() if not one.get("Description")] == []


def test_every_function_is_started_by_something(stack: Stack) -> None:
    arns = [one["Target"]["Arn"] for one in stack.of_type("AWS::Scheduler::Schedule").values()]
    scheduled = {arn.get("Fn::If", [arn])[-1]["Fn::GetAtt"][0] for arn in arns}

    assert scheduled == set(LOGICAL_IDS.values())


def _read_variables(name: str) -> set[str]:
    sources = [*(ROOT / "functions" / name).rglob("*.py"), *(ROOT / "caretaker" / "core").rglob("*.py")]
    return {text for source in sources for text in _texts(source) if text.startswith("CARETAKER_")}


def _texts(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
