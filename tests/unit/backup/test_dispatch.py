"""Every database's backup is started by itself, as it was asked for."""

import json
from datetime import UTC, datetime
from typing import Any

from botocore.stub import ANY, Stubber

from functions.backup.dispatch import dispatch
from functions.backup.event import Asked, asked

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


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


def test_a_dry_run_of_all_is_one_of_each(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    payloads: list[bytes] = []
    client.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: payloads.append(params["Payload"])
    )
    stubber.add_response("invoke", {"StatusCode": 202})

    dispatch(client, "f", Asked(AT, dry_run=True), ["main"])

    assert asked(json.loads(payloads[0])).dry_run
