"""What a webhook gets is what docs/webhook.md says."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.notify.channels.webhook import identity
from functions.notify.message import compose
from tests.integration.notify.receivers import CHANNELS, SECRET, received
from tests.unit.notify.test_rendering import AT, a_member

PAGE = (Path(__file__).parents[3] / "docs" / "webhook.md").read_text("utf-8")
NOW = AT.timestamp()  # which the channel under test was given as the time


@pytest.fixture
def is_genuine() -> Any:
    example: dict[str, Any] = {}
    exec(PAGE.partition("```python\n")[2].partition("```")[0], example)
    return example["is_genuine"]


def test_the_signature_is_what_its_page_says(is_genuine: Any) -> None:
    inbox = received(CHANNELS["webhook"], compose([a_member(summary="é \ud800")]))
    signature, body = inbox.header("Caretaker-Signature"), inbox.bodies[0]
    assert signature.startswith(f"t={int(NOW)},v1=")
    assert is_genuine(SECRET, signature, body, NOW)
    assert not is_genuine("another", signature, body, NOW)
    assert not is_genuine(SECRET, signature, body + b" ", NOW)
    assert not is_genuine(SECRET, signature, body, NOW + 600)


@pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=00", "rubbish", "t=1,v1=é"])
def test_the_pages_example_takes_a_header_of_somebody_else_for_no_signature(is_genuine: Any, header: str) -> None:
    assert not is_genuine(SECRET, header, b"{}", NOW)


def test_the_page_names_everything_that_is_sent() -> None:
    inbox = received(CHANNELS["webhook"], compose([a_member()]))
    body = CHANNELS["webhook"].document(inbox.bodies[0])
    for name in [*body, *body["members"][0], "Caretaker-Id", "Caretaker-Signature"]:
        assert f"`{name}`" in PAGE, name
    assert inbox.header("User-Agent") == "Caretaker"


def test_the_first_twenty_are_listed_and_the_others_counted() -> None:
    members = [a_member(check=f"uptime/{n}", incident=f"{n}") for n in range(61)]
    body = CHANNELS["webhook"].document(received(CHANNELS["webhook"], compose(members)).bodies[0])
    assert len(body["members"]) == 20
    assert body["hidden"] == 41


def test_a_repetition_has_the_same_identity_and_no_other_message_has() -> None:
    one, other = a_member(), a_member(check="uptime/b", incident="2")
    first = compose([one, other])
    again = compose([other, one], late=True)
    assert identity(first) == identity(again)
    different = [
        compose([one]),
        compose([replace(one, at=AT + timedelta(minutes=5)), other]),
        compose([replace(member, environment="staging") for member in (one, other)]),
    ]
    assert len({identity(message) for message in (first, *different)}) == 4
    assert received(CHANNELS["webhook"], first).header("Caretaker-Id") == identity(first)
