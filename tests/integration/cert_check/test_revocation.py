import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from socket import socket

import pytest
from cryptography.x509 import ReasonFlags
from cryptography.x509.ocsp import OCSPCertStatus, load_der_ocsp_request

from functions.cert_check.answers import Answers
from functions.cert_check.certificate import Certificate
from functions.cert_check.revocation.check import Lists, revocation
from functions.cert_check.revocation.verdict import Verdict
from tests.authority import AT, DAY, Authority, point
from tests.servers import Behaviour, endless, hang, reply, serve

CA = Authority()
Look = Callable[[Certificate], Verdict]


@pytest.fixture
def look() -> Look:
    return looking(3.0)


def looking(seconds: float) -> Look:
    answers, lists = Answers(""), Lists()
    fetch = answers.fetcher(ends=time.monotonic() + seconds, reached_from="127.0.0.1")
    return lambda one: revocation(one, CA.certificate, stapled=b"", known=None, fetch=fetch, lists=lists, at=AT)


def test_two_certificates_with_the_same_list_are_judged_by_one_request(look: Look) -> None:
    def behave(connection: socket, head: bytes) -> None:
        reply(CA.list_of((revoked, ReasonFlags.key_compromise)))(connection, head)

    with serve(behave) as server:
        good, revoked = (CA.issue(lists_at=(point(server.url("/1.crl")),)) for _ in range(2))
        assert look(good).standing == "good"
        assert (look(revoked).standing, look(revoked).reason) == ("revoked", "keyCompromise")
        assert server.connections == 1


def test_a_list_is_verified_once_for_each_issuer(monkeypatch: pytest.MonkeyPatch, look: Look) -> None:
    with serve(reply(CA.list_of())) as server:
        first, second = (CA.issue(lists_at=(point(server.url()),)) for _ in range(2))
        assert look(first).standing == "good"
        monkeypatch.setattr("functions.cert_check.revocation.crl.verified", pytest.fail)
        assert look(second).standing == "good"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (hang, "no complete answer in time"),
        (endless, "larger than 20,000,000 bytes"),
        (reply(b"", "404 Not Found"), "HTTP status 404"),
        (reply(b"<html>"), "is no list"),
        (reply(Authority().list_of()), "is not signed"),
        (reply(CA.list_of(made=AT - 9 * DAY, renewed=AT - DAY)), "stale"),
    ],
)
def test_a_list_that_does_not_help_leaves_it_unknown(behaviour: Behaviour, words: str) -> None:
    with serve(behaviour) as server:
        found = looking(1.0)(CA.issue(lists_at=(point(server.url("/1.crl")),)))
    assert found.standing == "unknown"
    assert words in found.reason
    assert "/1.crl" in found.reason


@pytest.mark.parametrize("status", [OCSPCertStatus.GOOD, OCSPCertStatus.REVOKED])
def test_a_ca_that_is_asked_answers(look: Look, status: OCSPCertStatus) -> None:
    def responder(connection: socket, head: bytes) -> None:
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        question = head.partition(b"\r\n\r\n")[2]
        while len(question) < length:
            question += connection.recv(4096)
        assert load_der_ocsp_request(question).serial_number == leaf.parsed.serial_number
        reply(CA.answer(leaf, status))(connection, head)

    with serve(responder) as server:
        leaf = CA.issue(asked_at=(server.url(),))
        assert look(leaf).standing == status.name.lower()
        assert look(leaf).source == server.url()


def test_a_list_that_never_comes_leaves_what_is_known_standing() -> None:
    answers, lists = Answers(""), Lists()
    with serve(hang) as server:
        leaf = CA.issue(lists_at=(point(server.url()),))
        known = Verdict(leaf.fingerprint, "good", AT - timedelta(hours=30), until=AT + DAY)
        fetch = answers.fetcher(ends=time.monotonic() + 0.2, reached_from="127.0.0.1")
        given = {"stapled": b"", "fetch": fetch, "lists": lists, "at": AT}
        assert revocation(leaf, CA.certificate, known=known, **given) == known  # type: ignore[arg-type] # of many types
        ended = replace(known, until=AT - DAY)
        assert revocation(leaf, CA.certificate, known=ended, **given).standing == "unknown"  # type: ignore[arg-type]
