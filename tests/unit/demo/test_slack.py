"""The loopback Slack answers as Slack does and keeps what it is sent."""

from collections.abc import Iterator

import pytest
import requests

from caretaker.demo.slack import SlackEndpoint


@pytest.fixture
def slack() -> Iterator[SlackEndpoint]:
    with SlackEndpoint() as slack:
        yield slack


def test_a_message_is_answered_ok_and_kept(slack: SlackEndpoint) -> None:
    answer = requests.post(slack.webhook, json={"text": "hello"}, timeout=5)
    assert (answer.status_code, answer.text) == (200, "ok")
    assert slack.messages == ({"text": "hello"},)


def test_messages_keep_their_order(slack: SlackEndpoint) -> None:
    for number in range(5):
        requests.post(slack.webhook, json={"text": str(number)}, timeout=5)
    assert [message["text"] for message in slack.messages] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"{}", b'"text"', b"\xff"])
def test_what_is_no_message_is_an_invalid_payload(slack: SlackEndpoint, body: bytes) -> None:
    answer = requests.post(slack.webhook, data=body, timeout=5)
    assert (answer.status_code, answer.text) == (400, "invalid_payload")
    assert slack.messages == ()


def test_another_webhook_does_not_exist(slack: SlackEndpoint) -> None:
    answer = requests.post(slack.webhook + "x", json={"text": "hello"}, timeout=5)
    assert (answer.status_code, answer.text) == (404, "no_service")


def test_a_closed_slack_refuses_connections() -> None:
    with SlackEndpoint() as slack:
        webhook = slack.webhook
    with pytest.raises(requests.ConnectionError):
        requests.post(webhook, json={"text": "hello"}, timeout=5)
