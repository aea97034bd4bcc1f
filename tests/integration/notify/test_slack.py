"""What each answer of Slack means, and that the webhook's address is never told."""

import socket
from datetime import UTC, datetime

import pytest

from caretaker.core.config import Channel
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.channels.retry_after import retry_after
from functions.notify.channels.slack import send
from functions.notify.message import compose
from tests import servers
from tests.servers import Behaviour, reply, serve
from tests.unit.notify.test_rendering import a_member

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def post(behaviour: Behaviour) -> Outcome:
    with serve(behaviour) as server:
        return send(Channel("alerts", "slack", server.url("/services/T0/B1/s3cretpath")), compose([a_member()]))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("200 OK", Sent),
        ("404 Not Found", Refused),
        ("410 Gone", Refused),
        ("403 Forbidden", Refused),
        ("400 Bad Request", Refused),
        ("302 Found", Refused),
        ("408 Request Timeout", Retry),
        ("429 Too Many Requests", Retry),
        ("500 Internal Server Error", Retry),
        ("503 Service Unavailable", Retry),
    ],
)
def test_an_answer_is_taken_for_what_it_is(status: str, kind: type[Outcome]) -> None:
    assert isinstance(post(reply(b"no_service", status)), kind)


def test_slacks_own_word_for_a_refusal_is_kept() -> None:
    outcome = post(reply(b"channel_is_archived", "400 Bad Request"))
    assert outcome == Refused("Slack answered 400 channel_is_archived")


def test_retry_after_is_honoured() -> None:
    assert post(reply(b"", "429 Too Many", "Retry-After: 30")) == Retry("Slack answered 429", 30.0)


@pytest.mark.parametrize("behaviour", [servers.reset, servers.send(b""), servers.send(b"garbage\r\n\r\n")])
def test_a_broken_connection_is_tried_again(behaviour: Behaviour) -> None:
    assert isinstance(post(behaviour), Retry)


def test_a_refused_connection_is_tried_again_and_hides_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/services/s3cretpath"
    outcome = send(Channel("alerts", "slack", address), compose([a_member()]))
    assert isinstance(outcome, Retry)
    assert "s3cretpath" not in outcome.error


@pytest.mark.parametrize("address", ["http://hooks.example.com/x", "no url at all", "https://", "ftp://x"])
def test_an_address_that_cannot_be_one_is_refused(address: str) -> None:
    outcome = send(Channel("alerts", "slack", address), compose([a_member()]))
    assert isinstance(outcome, Refused)
    assert address not in outcome.error


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("30", 30.0),
        ("0", 1.0),
        ("-5", 1.0),
        ("999999", 3600.0),
        ("Sat, 21 Nov 2026 02:01:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 01:00:00 GMT", 1.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds
