"""What every channel promises about messages. A new channel is one more of ``CHANNELS`` in ``receivers``."""

import json
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from caretaker.core.config import AlertsConfig
from caretaker.core.incidents.notification import Event
from caretaker.core.results import Finding, Severity
from functions.notify.addresses import Addresses
from functions.notify.channels.outcome import Refused, Retry, Sent
from functions.notify.message import Message, compose
from functions.notify.posting import Post
from tests.integration.notify.receivers import (
    SECRET,
    Kind,
    answers,
    every_channel,
    posting_channels,
    received,
    take,
)
from tests.servers import serve
from tests.unit.notify.test_rendering import a_member

HOSTILE = (
    "*b* _i_ <!channel> <@U1> @here &amp; \"q\" 'q' \\ \x00\x07\x1b[31m\x9b\u2028 \u202e \ud800 \U0001f600 ${y}\r\n"
)
HUGE = HOSTILE + "x" * 100_000
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@every_channel
def test_what_is_taken_is_sent(kind: Kind) -> None:
    outcome, server = take(kind)
    assert outcome == Sent()
    assert server.connections == 1


@every_channel
@pytest.mark.parametrize("event", list(Event))
def test_every_kind_of_notification_is_delivered(kind: Kind, event: Event) -> None:
    assert take(kind, message=compose([a_member(event=event, seconds=900)]))[0] == Sent()


@every_channel
@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 Internal Server Error", "503 Service Unavailable"])
def test_what_passes_is_tried_again(kind: Kind, status: str) -> None:
    assert isinstance(take(kind, answers(b"", status))[0], Retry)


@posting_channels
def test_the_receivers_own_delay_is_honoured(kind: Kind) -> None:
    outcome, _ = take(kind, answers(b"", "429 Too Many Requests", "Retry-After: 30"))
    assert isinstance(outcome, Retry)
    assert outcome.after == 30.0


@every_channel
def test_what_never_passes_is_refused_with_what_the_receiver_answered(kind: Kind) -> None:
    status, body = kind.refusal
    outcome, _ = take(kind, answers(body, status))
    assert isinstance(outcome, Refused)
    assert "answered" in outcome.error


@posting_channels
@pytest.mark.parametrize("status", ["401 No", "403 No", "404 No", "410 Gone"])
def test_refusals_are_final(kind: Kind, status: str) -> None:
    assert isinstance(take(kind, answers(b"", status))[0], Refused)


@every_channel
def test_a_refused_connection_is_tried_again_and_hides_the_address(kind: Kind) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    outcome = kind.send(f"http://127.0.0.1:{port}/", compose([a_member()]))
    assert isinstance(outcome, Retry)
    assert SECRET not in outcome.error
    assert str(port) not in outcome.error


@posting_channels
@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/",
        "ftp://127.0.0.1/",
        "no url",
        "https:///",
        "http://[::1",
        "https://x..y/",
        "https://user:€@127.0.0.1/",
    ],
)
def test_an_address_without_tls_and_what_is_no_address_are_refused(kind: Kind, address: str) -> None:
    outcome = kind.send(address, compose([a_member()]))
    assert isinstance(outcome, Refused)
    assert address not in outcome.error


def huge(count: int) -> Message:
    finding = Finding("slow", Severity.HIGH, HUGE, HUGE, HUGE, HUGE)
    members = [
        a_member(
            check=f"uptime/t{number}",
            name="n" * 64,
            where=HUGE,
            summary=HUGE,
            note=HUGE,
            group=HOSTILE,
            findings=(finding,) * 5,
        )
        for number in range(count)
    ]
    return compose(members, late=True, instead_of="x", withheld=7)


@every_channel
@pytest.mark.parametrize("count", [1, 200])
def test_messages_without_measure_stay_within_what_the_receiver_takes(kind: Kind, count: int) -> None:
    inbox = received(kind, huge(count))
    sizes = [len(json.dumps(kind.document(body), ensure_ascii=False).encode()) for body in inbox.bodies]
    assert sizes
    assert max(sizes) <= kind.most


@every_channel
def test_what_arrives_holds_nothing_that_cannot_be_seen(kind: Kind) -> None:
    for message in (huge(1), huge(3), compose([a_member(where=HOSTILE, name=HOSTILE, summary=HOSTILE)])):
        texts = [text for body in received(kind, message).bodies for text in texts_of(kind.document(body))]
        assert texts
        assert [text for text in texts if UNSEEN.search(text)] == []


def texts_of(part: Any) -> Iterator[str]:
    match part:
        case str() if part.startswith("{"):
            yield from texts_of(json.loads(part))
        case str():
            yield part
        case dict():
            yield from (text for value in part.values() for text in texts_of(value))
        case list():
            yield from (text for value in part for text in texts_of(value))


@every_channel
@pytest.mark.parametrize("status", ["200 OK", "302 Found", "400 Bad Request", "404 Gone", "429 Too Many", "500 Error"])
def test_no_secret_is_in_what_comes_back(kind: Kind, status: str) -> None:
    said = [SECRET, f'{{"errors": ["{SECRET}"]}}', f'{{"message": "{SECRET}"}}', f"<Code>{SECRET}</Code>"]
    for body in said:
        with serve(answers(body.encode(), f"{status} {SECRET}", f"Location: /{SECRET}")) as server:
            channel = kind.channel(server.url())
            config = AlertsConfig("production", (channel,), {}, channel.name)
            post = Post(config, {channel.kind: kind.sender(server.url(), 5.0)}, Addresses(lambda _: {}, time.monotonic))
            assert SECRET not in repr(post(channel.name, compose([a_member()])))


@every_channel
def test_a_secret_is_not_among_what_people_read(kind: Kind) -> None:
    documents = [kind.document(body) for body in received(kind, compose([a_member()])).bodies]
    assert [document for document in documents if SECRET in json.dumps(document | {"routing_key": ""})] == []
