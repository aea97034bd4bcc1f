"""The kinds of channels, and what stands at their other end."""

import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import boto3
import pytest
from botocore.config import Config

from caretaker.core.config import Channel
from functions.notify.channels import Send, pagerduty, slack, sns, webhook
from functions.notify.channels.outcome import Outcome
from functions.notify.message import Message, compose
from tests import servers
from tests.servers import Behaviour, Server, serve
from tests.unit.notify.test_rendering import AT, a_member

SECRET = "s3cretKey0123456789"
PROMPT = 10.0  # seconds for a receiver that answers at once
SHORT = 0.3  # seconds for one that never does


@dataclass(frozen=True)
class Kind:
    """A channel under test: what the configuration says of it, what sends to it, and how its receiver answers.

    ``sender`` gets the receiver's address and the seconds for an attempt. ``document`` reads a request's body;
    ``most`` is how many bytes the receiver takes of what a message is in there.
    """

    channel: Callable[[str], Channel]
    sender: Callable[[str, float], Send]
    most: int
    taken: bytes = b"ok"
    refusal: tuple[str, bytes] = ("400 Bad Request", b"invalid")
    document: Callable[[bytes], Any] = json.loads

    def send(self, url: str, message: Message, patience: float = PROMPT) -> Outcome:
        """Send a message to the receiver at an address."""
        return self.sender(url, patience)(self.channel(url), message)


def _topic(url: str, patience: float) -> Send:
    client = boto3.client(
        "sns",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key=SECRET,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=2),
    )
    return sns.sender(client, {"AlertTopic": "arn:aws:sns:us-east-1:123456789012:alerts"}, patience)


def _published(body: bytes) -> Any:
    return json.loads(parse_qs(body.decode("utf-8"), errors="strict")["Message"][0])


_XML = b"<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
_NOT_FOUND = b"<ErrorResponse><Error><Code>NotFound</Code><Message>no topic</Message></Error></ErrorResponse>"
CHANNELS = {
    "slack": Kind(
        lambda url: Channel("a", "slack", f"{url}services/T0/B0/{SECRET}"),
        lambda _, patience: slack.sender(patience),
        100_000,
    ),
    "sns": Kind(
        lambda _: Channel("a", "sns", "AlertTopic"),
        _topic,
        262_144,
        _XML,
        ("404 Not Found", _NOT_FOUND),
        _published,
    ),
    "pagerduty": Kind(
        lambda _: Channel("a", "pagerduty", SECRET),
        lambda url, patience: pagerduty.sender({"us": url}, patience),
        524_288,
        b'{"status": "success"}',
        ("400 Bad Request", b'{"errors": ["no severity"]}'),
    ),
    "webhook": Kind(
        lambda url: Channel("a", "webhook", f"{url}hook/{SECRET}", secret=SECRET),
        lambda _, patience: webhook.sender(AT.timestamp, patience),
        100_000,
    ),
}
POSTING = {name: kind for name, kind in CHANNELS.items() if name != "sns"}  # botocore does the posting of that one
every_channel = pytest.mark.parametrize("kind", CHANNELS.values(), ids=CHANNELS)
posting_channels = pytest.mark.parametrize("kind", POSTING.values(), ids=POSTING)


@dataclass
class Inbox:
    """A receiver that keeps what it gets, and answers with each of ``answers``, the last again and again."""

    answers: list[bytes]
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, connection: socket.socket, head: bytes) -> None:
        """Answer every request that comes on a connection."""
        while head:
            top, _, body = head.partition(b"\r\n\r\n")
            length = int(re.findall(rb"(?i)content-length: (\d+)", top)[0])
            while len(body) < length:
                body += connection.recv(65536)
            self.heads.append(top)
            self.bodies.append(body)
            connection.sendall(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            head = servers._head(connection)

    def header(self, name: str) -> str:
        """Return what a header of the last request said."""
        lines = self.heads[-1].decode().split("\r\n")
        return next(line.partition(": ")[2] for line in lines if line.lower().startswith(name.lower()))


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Return an answer after which the connection stays open."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answers(body: bytes = b"", status: str = "200 OK", *headers: str) -> Inbox:
    """Return a receiver that answers all requests alike."""
    return Inbox([answer(body, status, *headers)])


def take(
    kind: Kind, behaviour: Behaviour | None = None, message: Message | None = None, patience: float = PROMPT
) -> tuple[Outcome, Server]:
    """Return what comes of sending a message to a receiver that behaves so."""
    with serve(behaviour or answers(kind.taken)) as server:
        return kind.send(server.url(), message or compose([a_member()]), patience), server


def received(kind: Kind, message: Message) -> Inbox:
    """Return the inbox of a receiver that took a message."""
    inbox = answers(kind.taken)
    take(kind, inbox, message)
    return inbox
