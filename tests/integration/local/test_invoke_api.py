import base64
import json
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from caretaker.local.aws import LocalAws

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


@pytest.fixture
def functions(aws: LocalAws) -> "LambdaClient":
    client: LambdaClient = aws.client("lambda")
    return client


@pytest.mark.parametrize(
    "name", ["probe", "caretaker-Probe", "arn:aws:lambda:us-east-1:123456789012:function:caretaker-Probe:$LATEST"]
)
def test_a_function_is_found_by_each_of_its_names(functions: "LambdaClient", name: str) -> None:
    reply = functions.invoke(FunctionName=name, Payload=b'{"a": 1}')

    assert json.loads(reply["Payload"].read()) == {"a": 1}
    assert "FunctionError" not in reply


def test_a_failure_is_marked(functions: "LambdaClient") -> None:
    reply = functions.invoke(FunctionName="probe", Payload=b'{"do": "fail", "because": "of this"}')

    assert reply["StatusCode"] == 200
    assert reply["FunctionError"] == "Unhandled"
    assert json.loads(reply["Payload"].read())["errorMessage"] == "of this"


def test_the_end_of_the_log_is_given_back(functions: "LambdaClient") -> None:
    event = json.dumps({"do": "say", "lines": ["x" * 100] * 100}).encode()

    log = base64.b64decode(functions.invoke(FunctionName="probe", Payload=event, LogType="Tail")["LogResult"])

    assert len(log) == 4096
    assert b"END RequestId" in log
    assert b"Memory Size: 128 MB" in log


def test_an_unknown_function_is_not_found(functions: "LambdaClient") -> None:
    with pytest.raises(ClientError, match="Function not found") as caught:
        functions.invoke(FunctionName="nobody")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_an_event_that_is_no_json_is_refused(functions: "LambdaClient") -> None:
    with pytest.raises(ClientError, match="Could not parse request body") as caught:
        functions.invoke(FunctionName="probe", Payload=b"{")
    assert caught.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_a_dry_run_runs_nothing(functions: "LambdaClient", aws: LocalAws) -> None:
    assert functions.invoke(FunctionName="probe", InvocationType="DryRun")["StatusCode"] == 204
    assert aws.logs("probe") == []


def test_functions_can_be_listed_and_described(functions: "LambdaClient", aws: LocalAws) -> None:
    names = [function["FunctionName"] for function in functions.list_functions()["Functions"]]
    found = functions.get_function_configuration(FunctionName="caretaker-Probe")

    assert names == ["caretaker-Probe", "caretaker-Single", "caretaker-Broken", "caretaker-Reader"]
    assert (found["Timeout"], found["MemorySize"], found["Handler"]) == (6, 128, "probe.handler")
    assert found["Environment"]["Variables"] == aws.variables("probe")


def test_what_is_not_served_is_refused_by_name(functions: "LambdaClient") -> None:
    with pytest.raises(ClientError, match="does not know DELETE /2015-03-31/functions/probe"):
        functions.delete_function(FunctionName="probe")


def test_reserved_concurrency_is_enforced(functions: "LambdaClient", aws: LocalAws) -> None:
    impatient = without_retries(aws)
    functions.invoke(FunctionName="single", InvocationType="Event", Payload=b'{"do": "sleep", "seconds": 2}')
    aws.faults.add(service="lambda", delay=0.3)

    with pytest.raises(ClientError) as caught:
        impatient.invoke(FunctionName="single", Payload=b"{}")

    assert caught.value.response["Error"]["Code"] == "TooManyRequestsException"
    aws.drain()


def without_retries(aws: LocalAws) -> "LambdaClient":
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")
    config = Config(retries={"total_max_attempts": 1})
    return session.client("lambda", endpoint_url=aws.endpoint_url, config=config)


def test_an_asynchronous_invocation_answers_at_once_and_runs(functions: "LambdaClient", aws: LocalAws) -> None:
    event = b'{"do": "say", "lines": ["ran"]}'

    assert functions.invoke(FunctionName="probe", InvocationType="Event", Payload=event)["StatusCode"] == 202
    aws.drain()

    assert aws.logs("probe") == ["ran", "to the other stream"]


def test_a_failing_asynchronous_invocation_is_repeated_and_then_recorded(
    functions: "LambdaClient", aws: LocalAws
) -> None:
    event = {"do": "fail", "because": "of this"}

    functions.invoke(FunctionName="probe", InvocationType="Event", Payload=json.dumps(event).encode())
    aws.drain()

    assert sum("of this" in str(line) for line in aws.logs("probe")) == 2  # once, and its one retry
    queue = aws.variables("probe")["QUEUE"]
    (message,) = aws.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    record = json.loads(message["Body"])
    assert record["requestPayload"] == event
    assert record["responsePayload"]["errorMessage"] == "of this"
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
