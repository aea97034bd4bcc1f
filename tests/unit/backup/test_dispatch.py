"""Every database's backup is started by itself, and one that cannot be started keeps no other from it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from functions.backup.dispatch import NotStarted, dispatch
from functions.backup.event import Asked, asked

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def stubbed() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client("lambda", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    with Stubber(client) as stubber:
        yield client, stubber


def test_each_database_is_started_once_with_an_event_that_the_function_takes(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    payloads: list[bytes] = []
    client.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: payloads.append(params["Payload"])
    )
    for _ in range(2):
        stubber.add_response(
            "invoke", {"StatusCode": 202}, {"FunctionName": "f", "InvocationType": "Event", "Payload": ANY}
        )

    assert dispatch(client, "f", Asked(AT), ["main", "app_staging"]) == ["main", "app_staging"]

    assert [asked(json.loads(payload)) for payload in payloads] == [Asked(AT, "main"), Asked(AT, "app_staging")]


def test_one_that_cannot_be_started_is_named_and_the_others_are_started(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    stubber.add_response("invoke", {"StatusCode": 202})
    stubber.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)
    stubber.add_response("invoke", {"StatusCode": 202})

    with pytest.raises(NotStarted, match=r"could not be started: second \(TooManyRequestsException\)"):
        dispatch(client, "f", Asked(AT), ["first", "second", "third"])

    stubber.assert_no_pending_responses()


def test_a_dry_run_of_all_is_one_of_each(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    payloads: list[bytes] = []
    client.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: payloads.append(params["Payload"])
    )
    stubber.add_response("invoke", {"StatusCode": 202})

    dispatch(client, "f", Asked(AT, dry_run=True), ["main"])

    assert asked(json.loads(payloads[0])).dry_run
