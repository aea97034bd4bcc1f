"""No secret of a target is in what is said of it."""

import json
import socket
from dataclasses import replace
from typing import Any

import pytest

from caretaker.core.secrets import Redactor
from caretaker.core.targets.http import HeaderExpectation
from tests.integration.uptime.expecting import expecting, json_rule
from tests.integration.uptime.seeing import see_one
from tests.samples import target
from tests.servers import reply, serve


@pytest.mark.parametrize("place", ["url", "header", "body"])
def test_no_secret_is_shown_wherever_it_comes_back(place: str) -> None:
    secret = "s3cr3t/t0ken+value"

    def behave(connection: socket.socket, head: bytes) -> None:
        reply(json.dumps({"seen": secret}).encode(), f"500 {secret}", f"X-Echo: {secret}")(connection, head)

    cases: dict[str, dict[str, Any]] = {
        "url": {"contains": (secret,)},
        "header": {"headers": (HeaderExpectation("x-echo", "other", None),)},
        "body": {"json": (json_rule("seen", ("equals", "nothing")),)},
    }
    changes = cases[place]
    with serve(behave) as server:
        one = replace(
            expecting(**changes),
            url=f"http://user:{secret.replace('/', '%2F')}@127.0.0.1:{server.port}/x?key={secret}#{secret}",
        )
        result = see_one(one, redactor=Redactor([secret]))
    shown = json.dumps(result.to_json()) + result.where
    assert secret not in shown
    assert "s3cr3t" not in shown


def test_user_and_query_values_of_an_address_are_never_shown() -> None:
    with serve(reply(b"", "500 Oops")) as server:
        one = target(url=f"http://admin:hunter2@127.0.0.1:{server.port}/health?token=abcdef&x=1")
        shown = json.dumps(see_one(one).to_json())
    assert "hunter2" not in shown
    assert "abcdef" not in shown
    assert "token=***" in shown
