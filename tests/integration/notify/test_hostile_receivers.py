"""What every channel promises whoever is at its other end: it ends in time, and tells its secrets to nobody."""

import logging
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.notify.channels import posting
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.channels.retry_after import retry_after
from functions.notify.message import compose
from tests import servers
from tests.integration.notify.receivers import (
    CHANNELS,
    SECRET,
    SHORT,
    Kind,
    answers,
    every_channel,
    posting_channels,
    take,
)
from tests.servers import Behaviour, certificate, serve
from tests.unit.notify.test_rendering import a_member


def drip(connection: socket.socket, _: bytes) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 400:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def silent(connection: socket.socket, _: bytes) -> None:
    while connection.recv(65536):
        pass


def silent_after(data: bytes) -> Behaviour:
    def behave(connection: socket.socket, head: bytes) -> None:
        connection.sendall(data)
        silent(connection, head)

    return behave


def endless(head: bytes) -> Behaviour:
    def behave(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"x" * 0x10000)

    return behave


BROKEN = {
    "is silent": silent,
    "drips": drip,
    "resets": servers.reset,
    "closes": servers.send(b""),
    "breaks off": servers.send(b"HTTP/1.1 2"),
    "breaks off in the middle": servers.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<Pub"),
    "falls silent in the middle": silent_after(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
    "talks nonsense": servers.send(b"\x00\xff garbage\r\n\r\n"),
    "never ends its headers": endless(b"HTTP/1.1 200 OK\r\nX: "),
    "packs nonsense": servers.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
}


@every_channel
@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
def test_a_broken_receiver_is_given_up_in_time_and_tried_again(kind: Kind, behaviour: Behaviour) -> None:
    before = time.monotonic()
    outcome, _ = take(kind, behaviour, patience=SHORT)
    assert time.monotonic() - before < SHORT + 8
    assert isinstance(outcome, Retry)


@every_channel
@pytest.mark.parametrize("behaviour", [silent, drip], ids=["is silent", "drips"])
def test_who_takes_too_long_is_said_to(kind: Kind, behaviour: Behaviour) -> None:
    outcome, _ = take(kind, behaviour, patience=0.1)
    assert isinstance(outcome, Retry)
    assert outcome.error.endswith("did not answer in time")


def test_who_is_silent_for_long_is_given_up_before_the_attempt_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_TIMEOUT", (0.1, 0.1))
    assert take(CHANNELS["slack"], silent)[0] == Retry("Slack did not answer in time")


@posting_channels
def test_an_answer_without_end_is_not_read_to_its_end(kind: Kind) -> None:
    assert take(kind, servers.endless)[0] == Sent()


@posting_channels
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Moved", "308 Moved"])
@pytest.mark.parametrize("path", ["", "\xff"])
def test_a_redirect_is_refused_and_nobody_is_asked_where_it_leads(kind: Kind, status: str, path: str) -> None:
    with serve(answers()) as elsewhere:
        head = f"HTTP/1.1 {status}\r\nLocation: {elsewhere.url()}{path}\r\n\r\n".encode("latin-1")
        outcome, _ = take(kind, endless(head), patience=2.0)
        assert isinstance(outcome, Refused)
        assert f"answered {status[:3]}" in outcome.error
        assert elsewhere.connections == 0


@posting_channels
def test_the_environments_proxy_and_passwords_are_not_for_channels(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with serve(answers()) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url())
        outcome, server = take(kind)
        assert outcome == Sent()
        assert proxy.connections == 0
    assert b"authorization" not in server.requests[0].lower()


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "ca.pem"))
    return ca


def over_tls(kind: Kind, ca: trustme.CA, name: str, **details: object) -> Outcome:
    with serve(answers(kind.taken), certificate(ca, name, **details)) as server:
        outcome = kind.send(server.url(scheme="https"), compose([a_member()]))
        assert bool(server.requests) == (outcome == Sent())
    return outcome


@posting_channels
def test_a_verified_receiver_is_told(kind: Kind, trusted: trustme.CA) -> None:
    assert over_tls(kind, trusted, "127.0.0.1") == Sent()


@posting_channels
def test_a_certificate_for_another_name_or_of_yesterday_is_not_trusted(kind: Kind, trusted: trustme.CA) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for outcome in (
        over_tls(kind, trusted, "hooks.example.com"),
        over_tls(kind, trusted, "127.0.0.1", not_after=yesterday),
    ):
        assert isinstance(outcome, Retry)
        assert outcome.error.startswith("no verified TLS connection to ")


@every_channel
def test_a_certificate_that_nobody_trusts_is_not_trusted(kind: Kind) -> None:
    assert isinstance(over_tls(kind, trustme.CA(), "127.0.0.1"), Retry)


@every_channel
def test_nothing_is_logged_of_an_address_whatever_the_receiver_answers(
    kind: Kind, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        take(kind, servers.send(b"HTTP/1.1 200 OK\r\nno header\r\nX-\xff: \xff\r\nContent-Length: 2\r\n\r\nok"))
        take(kind, servers.reset)
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capfd.readouterr())


heads = st.sampled_from(
    [b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 400 No\r\n", b"HTTP/1.1 503 No\r\nRetry-After: "]
)
bodies = st.binary(max_size=200) | st.sampled_from([b"[" * 2000, b'{"errors": [1]}', b'{"errors": {}}', b"1", b"<a/>"])


@pytest.mark.parametrize("name", CHANNELS)
@settings(max_examples=30)
@given(head=heads, middle=st.sampled_from([b"", b"\r\n", b"\r\n\r\n"]), body=bodies)
def test_whatever_bytes_come_back_nothing_is_raised(name: str, head: bytes, middle: bytes, body: bytes) -> None:
    take(CHANNELS[name], servers.send(head + middle + body))


@given(st.one_of(st.text(), st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]?\w+")))
def test_whatever_a_delay_says_it_lasts_from_a_second_to_an_hour(value: str) -> None:
    asked = retry_after(value, datetime.now(UTC))
    assert asked is None or 1.0 <= asked <= 3600.0
