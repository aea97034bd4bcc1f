"""A run is shared out: a part that cannot be started keeps no other from it, and is named."""

import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from caretaker.core.sharing_out import NotStarted, start_each

PARTS = [(name, {"database": name}) for name in ("first", "second", "third")]


def test_each_part_is_started_without_waiting_for_it(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    for _, event in PARTS:
        wanted = {"FunctionName": "f", "InvocationType": "Event", "Payload": json.dumps(event).encode()}
        stubber.add_response("invoke", {"StatusCode": 202}, wanted)

    assert start_each(client, "f", "backups", PARTS) == ["first", "second", "third"]

    stubber.assert_no_pending_responses()


def test_one_that_cannot_be_started_is_named_and_the_others_are_started(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    stubber.add_response("invoke", {"StatusCode": 202})
    stubber.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)
    stubber.add_response("invoke", {"StatusCode": 202})

    with pytest.raises(NotStarted, match=r"backups could not be started: second \(TooManyRequestsException\)$"):
        start_each(client, "f", "backups", PARTS)

    stubber.assert_no_pending_responses()


def test_a_network_that_is_gone_is_named_without_an_address() -> None:
    class Unreachable:
        def invoke(self, **_: object) -> None:
            raise EndpointConnectionError(endpoint_url="https://lambda.example")

    with pytest.raises(NotStarted, match=r"EndpointConnectionError") as failed:
        start_each(Unreachable(), "f", "drills", PARTS)  # type: ignore[arg-type] # all that is used of it

    assert "example" not in str(failed.value)
