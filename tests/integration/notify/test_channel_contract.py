"""What every channel promises, whoever is at its other end. A new channel is one more line of ``CHANNELS``."""

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import trustme
from botocore.config import Config

from caretaker.core.config import Channel
from caretaker.core.incidents.notification import Event
from caretaker.core.results import Finding, Severity
from functions.notify.channels import pagerduty, posting, slack, sns, webhook
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.message import Message, compose
from tests import servers
from tests.servers import Behaviour, Server, certificate, reply, serve
from tests.unit.notify.test_rendering import a_member

ROOT = Path(__file__).parents[3]
SECRET = "s3cretKey0123456789"
Send = Callable[[str, Message], Outcome]


def to_slack(url: str, message: Message) -> Outcome:
    return slack.send(Channel("a", "slack", f"{url}services/T0/B0/{SECRET}"), message)


def to_sns(url: str, message: Message) -> Outcome:
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=2)
    client = boto3.client(
        "sns",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key=SECRET,
        config=quick,
    )
    topics = {"AlertTopic": "arn:aws:sns:us-east-1:123456789012:alerts"}
    return sns.sender(client, topics)(Channel("a", "sns", "AlertTopic"), message)


def to_pagerduty(url: str, message: Message) -> Outcome:
    return pagerduty.sender({"us": url})(Channel("a", "pagerduty", SECRET), message)


def to_webhook(url: str, message: Message) -> Outcome:
    return webhook.send(Channel("a", "webhook", f"{url}hook/{SECRET}", secret=SECRET), message)


@dataclass(frozen=True)
class Kind:
    """A channel under test, and how its receiver says that it has taken a message."""

    send: Send
    taken: bytes = b"ok"
    refusal: tuple[str, bytes] = ("400 Bad Request", b"invalid")


XML = b"<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
NOT_FOUND = b"<ErrorResponse><Error><Code>NotFound</Code><Message>no topic</Message></Error></ErrorResponse>"
CHANNELS = {
    "slack": Kind(to_slack),
    "sns": Kind(to_sns, XML, ("404 Not Found", NOT_FOUND)),
    "pagerduty": Kind(to_pagerduty, b'{"status": "success"}', ("400 Bad Request", b'{"errors": ["no severity"]}')),
    "webhook": Kind(to_webhook),
}
POSTING = [name for name in CHANNELS if name != "sns"]  # botocore does the posting of that one
every_channel = pytest.mark.parametrize("kind", CHANNELS.values(), ids=CHANNELS)
posting_channels = pytest.mark.parametrize("kind", [CHANNELS[name] for name in POSTING], ids=POSTING)

HOSTILE = "*b* _i_ `c` <!channel> <@U1> @here &amp; \"q\" 'q' \\ \x00\x07\u2028 \u202e \ud83d\ude00 {{x}} ${y}"
HUGE = "x" * 100_000


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "PATIENCE", 1.5)


def take(kind: Kind, behaviour: Behaviour | None = None, message: Message | None = None) -> tuple[Outcome, Server]:
    with serve(behaviour or reply(kind.taken)) as server:
        return kind.send(server.url(), message or compose([a_member()])), server


@every_channel
def test_what_is_taken_is_sent(kind: Kind) -> None:
    outcome, server = take(kind)
    assert outcome == Sent()
    assert server.connections == 1


@every_channel
@pytest.mark.parametrize("status", ["429 Too Many Requests", "500 Internal Server Error", "503 Service Unavailable"])
def test_what_passes_is_tried_again(kind: Kind, status: str) -> None:
    assert isinstance(take(kind, reply(b"", status))[0], Retry)


@posting_channels
def test_the_receivers_own_delay_is_honoured(kind: Kind) -> None:
    outcome, _ = take(kind, reply(b"", "429 Too Many Requests", "Retry-After: 30"))
    assert isinstance(outcome, Retry)
    assert outcome.after == 30.0


@every_channel
def test_what_never_passes_is_refused_with_the_receivers_reason(kind: Kind) -> None:
    status, body = kind.refusal
    outcome, _ = take(kind, reply(body, status))
    assert isinstance(outcome, Refused)
    assert "answered" in outcome.error


@posting_channels
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Moved", "401 No", "403 No", "404 No", "410 Gone"])
def test_redirects_and_refusals_are_final(kind: Kind, status: str) -> None:
    with serve(reply()) as elsewhere:
        outcome, _ = take(kind, reply(b"", status, f"Location: {elsewhere.url()}"))
        assert isinstance(outcome, Refused)
        assert elsewhere.connections == 0


def drip(connection: socket.socket, _: bytes) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


BROKEN = {
    "hangs": servers.hang,
    "drips": drip,
    "resets": servers.reset,
    "closes": servers.send(b""),
    "breaks off": servers.send(b"HTTP/1.1 2"),
    "talks nonsense": servers.send(b"\x00\xff garbage\r\n\r\n"),
}


@posting_channels
@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
def test_a_broken_receiver_is_given_up_in_time_and_tried_again(kind: Kind, behaviour: Behaviour) -> None:
    before = time.monotonic()
    outcome, _ = take(kind, behaviour)
    assert time.monotonic() - before < 4
    assert isinstance(outcome, Retry)


@pytest.mark.parametrize("behaviour", [BROKEN["resets"], BROKEN["closes"], BROKEN["hangs"]])
def test_a_broken_topic_is_tried_again(behaviour: Behaviour) -> None:
    assert isinstance(take(CHANNELS["sns"], behaviour)[0], Retry)


@posting_channels
def test_an_answer_without_end_ends(kind: Kind) -> None:
    before = time.monotonic()
    take(kind, servers.endless)
    assert time.monotonic() - before < 4


@posting_channels
def test_a_certificate_that_nobody_trusts_is_not_trusted(kind: Kind) -> None:
    with serve(reply(kind.taken), certificate(trustme.CA(), "127.0.0.1")) as server:
        outcome = kind.send(server.url(scheme="https"), compose([a_member()]))
    assert isinstance(outcome, Retry)
    assert server.requests == []


@posting_channels
def test_nothing_is_sent_without_tls_to_another_machine(kind: Kind) -> None:
    assert isinstance(kind.send("http://hooks.example.com/", compose([a_member()])), Refused)


@every_channel
@pytest.mark.parametrize("event", list(Event))
def test_every_kind_of_notification_is_delivered(kind: Kind, event: Event) -> None:
    assert take(kind, message=compose([a_member(event=event, seconds=900)]))[0] == Sent()


def hostile_members(count: int) -> list[Any]:
    findings = tuple(Finding("slow", Severity.HIGH, HOSTILE + HUGE, HOSTILE + HUGE, HUGE, HUGE) for _ in range(5))
    return [
        a_member(
            check=f"uptime/t{number}",
            name="n" * 64,
            where=HOSTILE + HUGE,
            summary=HOSTILE + HUGE,
            note=HOSTILE + HUGE,
            findings=findings,
            group=HOSTILE,
        )
        for number in range(count)
    ]


@every_channel
def test_messages_without_measure_stay_within_the_receivers_limits(kind: Kind) -> None:
    outcome, server = take(kind, message=compose(hostile_members(30), late=True, instead_of="x", withheld=7))
    assert outcome == Sent()
    assert all(len(request) < 512_000 for request in server.requests)


@every_channel
@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "429 Too Many", "500 Error"])
def test_no_secret_is_in_what_comes_back(kind: Kind, status: str) -> None:
    outcome, _ = take(kind, reply(SECRET.encode() if status != "200 OK" else kind.taken, status))
    assert SECRET not in repr(outcome).replace(f"answered {status[:3]} {SECRET}", "")


@every_channel
def test_a_refused_connection_is_tried_again_and_hides_the_address(kind: Kind) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    outcome = kind.send(f"http://127.0.0.1:{port}/", compose([a_member()]))
    assert isinstance(outcome, Retry)
    assert SECRET not in outcome.error
    assert str(port) not in outcome.error


def listen(bodies: list[bytes], heads: list[bytes]) -> Behaviour:
    def behave(connection: socket.socket, head: bytes) -> None:
        top, _, rest = head.partition(b"\r\n\r\n")
        length = int(top.lower().partition(b"content-length:")[2].split()[0])
        while len(rest) < length:
            rest += connection.recv(65536)
        heads.append(top)
        bodies.append(rest)
        reply(b'{"status": "success"}')(connection, head)

    return behave


def received(kind: Kind, message: Message) -> tuple[list[Any], list[bytes], list[bytes]]:
    bodies: list[bytes] = []
    heads: list[bytes] = []
    take(kind, listen(bodies, heads), message)
    return [json.loads(body) for body in bodies], bodies, heads


def test_pagerduty_gets_an_event_for_each_incident_under_the_checks_own_key() -> None:
    members = [a_member(check=f"uptime/t{n}", name=f"t{n}") for n in range(25)]
    events, _, _ = received(CHANNELS["pagerduty"], compose(members))
    assert sorted(one["dedup_key"] for one in events) == sorted(f"caretaker/production/uptime/t{n}" for n in range(25))
    assert {one["event_action"] for one in events} == {"trigger"}
    shown = events[0]["payload"]
    assert shown["summary"] == "t0 is down: took 6.20 s, limit 5 s [production]"
    assert shown["severity"] == "critical"
    assert shown["custom_details"]["first thing to do"] == "Look at the database."


def test_pagerduty_is_told_the_end_under_the_same_key_whatever_the_texts() -> None:
    opened, _, _ = received(CHANNELS["pagerduty"], compose([a_member()]))
    ended, _, _ = received(CHANNELS["pagerduty"], compose([a_member(event=Event.RESOLVED, summary="fine", seconds=9)]))
    assert opened[0]["dedup_key"] == ended[0]["dedup_key"]
    assert ended[0]["event_action"] == "resolve"


@pytest.mark.parametrize(("severity", "said"), [("critical", "critical"), ("high", "error"), ("medium", "warning")])
def test_pagerduty_has_its_own_words_for_severities(severity: str, said: str) -> None:
    events, _, _ = received(CHANNELS["pagerduty"], compose([a_member(severity=Severity(severity))]))
    assert events[0]["payload"]["severity"] == said


def test_pagerduty_events_stay_within_its_limits() -> None:
    events, bodies, _ = received(CHANNELS["pagerduty"], compose(hostile_members(2)))
    assert all(len(body) < 512_000 for body in bodies)
    assert all(len(one["payload"]["summary"]) <= 1024 and len(one["dedup_key"]) <= 255 for one in events)


def test_a_webhooks_signature_is_what_its_page_says() -> None:
    page = (ROOT / "docs" / "webhook.md").read_text("utf-8")
    example: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], example)
    _, bodies, heads = received(CHANNELS["webhook"], compose([a_member()]))
    header = next(line.partition(b": ")[2] for line in heads[0].split(b"\r\n") if b"Caretaker-Signature" in line)
    now = datetime.now(UTC).timestamp()
    assert example["is_genuine"](SECRET, header.decode(), bodies[0], now)
    assert not example["is_genuine"]("another", header.decode(), bodies[0], now)
    assert not example["is_genuine"](SECRET, header.decode(), bodies[0] + b" ", now)
    assert not example["is_genuine"](SECRET, header.decode(), bodies[0], now + 600)


def test_a_webhooks_page_names_everything_that_is_sent() -> None:
    page = (ROOT / "docs" / "webhook.md").read_text("utf-8")
    (body,), _, _ = received(CHANNELS["webhook"], compose([a_member()]))
    for name in [*body, *body["members"][0]]:
        assert f"`{name}`" in page, name


def test_a_repetition_of_a_message_has_the_same_identity_and_no_other_has() -> None:
    first = compose([a_member(), a_member(check="uptime/b", incident="2")])
    again = compose([a_member(check="uptime/b", incident="2"), a_member()], late=True)
    other = compose([a_member(at=a_member().at + timedelta(minutes=5))])
    assert webhook.identity(first) == webhook.identity(again) != webhook.identity(other)
