"""What is spoken before TLS: agreed upon, refused, broken off, or never ending."""

import socket
import time
from collections.abc import Callable

import pytest

from caretaker.core.results import Finding, Status
from functions.cert_check.starttls import _DIALOGUES
from tests.integration.cert_check.seeing import LOWER, codes, see_one, the_finding, tls
from tests.presenting import after, presenting
from tests.servers import Behaviour, hang, serve

Dialogue = Callable[[socket.socket], None]

SMTP_HELLO = b"220-mail.example.com\r\n220 ESMTP\r\n", b"EHLO"
SMTP_OFFER = b"250-mail.example.com\r\n250-SIZE 1000\r\n250 STARTTLS\r\n", b"STARTTLS"
AGREED: dict[str, tuple[tuple[bytes, bytes], ...]] = {
    "smtp": (SMTP_HELLO, SMTP_OFFER, (b"220 2.0.0 Ready\r\n", b"")),
    "imap": ((b"* OK [CAPABILITY IMAP4rev2] hello\r\n", b"c1 STARTTLS"), (b"* OK soon\r\nc1 OK begin\r\n", b"")),
    "pop3": ((b"+OK hello\r\n", b"STLS"), (b"+OK begin\r\n", b"")),
    "ftp": ((b"220-welcome\r\nto ours\r\n220 ready\r\n", b"AUTH TLS"), (b"234 begin\r\n", b"")),
    "postgres": ((b"", b"\x04\xd2\x16\x2f"), (b"S", b"")),
}


def says(*turns: tuple[bytes, bytes]) -> Dialogue:
    """Return a server's part of a dialogue: what it says, and what it must be told before it goes on."""

    def behave(connection: socket.socket) -> None:
        for said, wanted in turns:
            connection.sendall(said)
            heard = b""
            while wanted not in heard:
                chunk = connection.recv(1000)
                if not chunk:
                    return
                heard += chunk

    return behave


def test_every_protocol_of_the_configuration_is_shown() -> None:
    assert set(AGREED) == set(_DIALOGUES)


@pytest.mark.parametrize("protocol", AGREED)
def test_after_an_agreement_the_certificate_is_judged(protocol: str) -> None:
    server = presenting(LOWER, sent=[LOWER.certificate])
    with serve(after(says(*AGREED[protocol]), server), reads=False) as running:
        result = see_one(tls(running.port, starttls=protocol))
        assert running.connections == 3  # the look, and one for each old protocol
    assert codes(result) == set()
    assert result.where == f"{protocol}://127.0.0.1:{running.port}"
    assert result.measurements["presented"] == 2


def refused(protocol: str, *turns: tuple[bytes, bytes], then: Behaviour = hang) -> Finding:
    """Return the only finding at a server that goes another way."""
    with serve(after(says(*turns), then), reads=False) as running:
        began = time.monotonic()
        result = see_one(tls(running.port, starttls=protocol, timeout=0.5))
        assert time.monotonic() - began < 4
    finding = the_finding(result)
    assert (finding.code, result.status) == ("starttls-refused", Status.DOWN)
    assert f"127.0.0.1:{running.port}" in finding.message
    assert finding.fix.endswith(".")
    return finding


@pytest.mark.parametrize(
    ("protocol", "turns", "reason"),
    [
        ("smtp", [(b"554 no service\r\n", b"")], "it says “554 no service”"),
        ("smtp", [SMTP_HELLO, (b"502 what?\r\n", b"")], "it says “502 what?”"),
        ("smtp", [SMTP_HELLO, (b"250-mail\r\n250 SIZE 1000\r\n", b"")], "it does not offer STARTTLS"),
        ("smtp", [SMTP_HELLO, (b"250-mail\r\n250 XSTARTTLS\r\n", b"")], "it does not offer STARTTLS"),
        ("smtp", [SMTP_HELLO, SMTP_OFFER, (b"454 not now\r\n", b"")], "it says “454 not now”"),
        ("imap", [(b"* BYE too many\r\n", b"")], "it says “* BYE too many”"),
        ("imap", [(b"* OK\r\n", b"c1"), (b"c1 BAD unknown command\r\n", b"")], "it says “c1 BAD unknown command”"),
        ("imap", [(b"* OK\r\n", b"c1"), (b"c1 NO\r\n", b"")], "it says “c1 NO”"),
        ("pop3", [(b"-ERR busy\r\n", b"")], "it says “-ERR busy”"),
        ("pop3", [(b"+OK\r\n", b"STLS"), (b"-ERR unknown\r\n", b"")], "it says “-ERR unknown”"),
        ("ftp", [(b"220 hi\r\n", b"AUTH"), (b"530 log in first\r\n", b"")], "it says “530 log in first”"),
        ("ftp", [(b"220 hi\r\n", b"AUTH"), (b"500-no\r\n500 no\r\n", b"")], "it says “500 no”"),
        ("postgres", [(b"", b"\x16\x2f"), (b"N", b"")], "its ssl is off"),
        ("postgres", [(b"", b"\x16\x2f"), (b"E\0\0\0", b"")], "it answers “E”"),
        ("postgres", [(b"\x1b", b"")], "it answers “\N{REPLACEMENT CHARACTER}”"),
        ("smtp", [(b"HTTP/1.1 400 Bad Request\r\n", b"")], "it says “HTTP/1.1 400 Bad Request”"),
        ("pop3", [(b"\x1b[31m\xff\0" + b"x" * 200 + b"\n", b"")], "\N{REPLACEMENT CHARACTER}[31m"),
    ],
)
def test_a_refusal_is_quoted(protocol: str, turns: list[tuple[bytes, bytes]], reason: str) -> None:
    finding = refused(protocol, *turns)
    assert reason in finding.message
    assert finding.message.isprintable()
    assert len(finding.message) < 200


@pytest.mark.parametrize("protocol", AGREED)
def test_plain_text_behind_the_agreement_is_never_taken_for_what_was_said_in_tls(protocol: str) -> None:
    *before, (agreed, _) = AGREED[protocol]
    server = presenting(LOWER)
    with serve(after(says(*before, (agreed + b"250 injected\r\n", b"")), server), reads=False) as running:
        result = see_one(tls(running.port, starttls=protocol, timeout=1.0))
    finding = the_finding(result)
    if protocol == "postgres":  # the injected bytes break the handshake, as TLS sees to it
        assert (finding.code, finding.measured) == ("handshake-failed", "wrong version number")
    else:
        assert (finding.code, finding.measured) == (
            "starttls-refused",
            "it goes on in plain text after agreeing",
        )


@pytest.mark.parametrize("protocol", ["smtp", "imap", "pop3", "ftp"])
@pytest.mark.parametrize("text", [b"220-and\r\n* and\r\n+", b"x" * 1000], ids=["lines", "one line"])
def test_who_talks_without_end_is_not_listened_to_without_end(protocol: str, text: bytes) -> None:
    def talk(connection: socket.socket, _: bytes) -> None:
        while True:
            connection.sendall(text)

    assert refused(protocol, then=talk).code == "starttls-refused"


def test_numbered_lines_without_end_are_named_as_that() -> None:
    def talk(connection: socket.socket, _: bytes) -> None:
        while True:
            connection.sendall(b"220-more\r\n")

    assert "it talks without end" in refused("smtp", then=talk).message


@pytest.mark.parametrize("protocol", AGREED)
def test_a_dialogue_may_be_broken_off_or_stall_at_any_turn(protocol: str) -> None:
    turns = AGREED[protocol]
    for number in range(len(turns)):
        said = [*turns[:number], (turns[number][0][:-1], b"")]
        finding = refused(protocol, *said, then=lambda *_: None)
        assert "closed the connection" in finding.message or "reset the connection" in finding.message
    stalled = refused(protocol, (turns[0][0][:-1], b""), then=lambda *_: time.sleep(0.8))
    assert "did not answer within 0.5 s" in stalled.message


def test_one_byte_at_a_time_is_waited_for_no_longer_than_anything_else() -> None:
    def drip(connection: socket.socket, _: bytes) -> None:
        for byte in b"220 " + b"welcome" * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)

    assert "did not answer within 0.5 s" in refused("smtp", then=drip).message


def test_a_port_where_tls_comes_first_is_told_apart() -> None:
    with serve(presenting(LOWER), reads=False) as running:
        finding = the_finding(see_one(tls(running.port, starttls="smtp", timeout=0.5)))
    assert finding.code == "starttls-refused"
    assert finding.fix.startswith("Leave starttls: out if TLS comes first on this port")
