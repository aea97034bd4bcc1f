import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from socket import socket

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from hypothesis import given
from hypothesis import strategies as st

from functions.cert_check.answers import Answers
from functions.cert_check.case import Case
from functions.cert_check.certificate import Certificate
from functions.cert_check.fetching import Fetch
from functions.cert_check.judgement import judge
from functions.cert_check.missing import missing_issuers
from functions.cert_check.trust import Trust
from tests.authority import AT, Authority, endpoint
from tests.servers import Server, hang, reply, serve

ROOT = Authority("Root")
UNKNOWN_VERSION = ROOT.certificate.der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07", 1)


def case(leaf: Certificate, sent: Sequence[Certificate] = (), trusted: Certificate = ROOT.certificate) -> Case:
    return Case(endpoint(), [leaf, *sent], "TLSv1.3", Trust.of((), (trusted,)), AT)


@contextmanager
def pages(bodies: dict[str, bytes]) -> Iterator[Server]:
    def behave(connection: socket, head: bytes) -> None:
        body = bodies.get(head.split()[1].strip(b"/").decode())
        (reply(b"", "404 Not Found") if body is None else reply(body))(connection, head)

    with serve(behave) as server:
        yield server


def fetching(seconds: float = 3.0) -> Fetch:
    return Answers("").fetcher(ends=time.monotonic() + seconds, reached_from="127.0.0.1")


def test_the_issuers_that_a_server_does_not_send_are_fetched_one_after_the_other() -> None:
    bodies: dict[str, bytes] = {}
    with pages(bodies) as server:
        upper = Authority("Upper", above=ROOT)
        lower = Authority("Lower", above=upper, issuers_at=server.url("/upper"))
        bodies |= {"upper": upper.certificate.der, "lower": lower.certificate.der}
        leaf = lower.issue(issuers_at=server.url("/lower"))
        assert missing_issuers(case(leaf), fetching()) == (lower.certificate, upper.certificate)


@pytest.mark.parametrize("form", ["der", "pem", "p7c", "p7b"])
def test_an_issuer_is_read_in_every_usual_form(form: str) -> None:
    bodies: dict[str, bytes] = {}
    with pages(bodies) as server:
        leaf = ROOT.issue(issuers_at=server.url("/ca"))
        own, other = ROOT.certificate.parsed, Authority("Another").certificate.parsed
        bodies["ca"] = {
            "der": ROOT.certificate.der,
            "pem": own.public_bytes(Encoding.PEM),
            "p7c": pkcs7.serialize_certificates([other, own], Encoding.DER),
            "p7b": pkcs7.serialize_certificates([other, own], Encoding.PEM),
        }[form]
        found = missing_issuers(case(leaf, trusted=Authority("Nobody").certificate), fetching())
    assert found == (ROOT.certificate,)


@pytest.mark.parametrize(
    "body",
    [b"", b"garbage", Authority("Lower").certificate.der, Authority("Else").certificate.der, UNKNOWN_VERSION],
    ids=["nothing", "garbage", "a namesake", "another", "an unknown version"],
)
def test_what_is_not_the_issuer_is_left_out(body: bytes) -> None:
    with pages({"ca": body}) as server:
        leaf = Authority("Lower", above=ROOT).issue(issuers_at=server.url("/ca"))
        assert missing_issuers(case(leaf), fetching()) == ()


def test_an_address_that_is_gone_or_never_answers_is_left_out() -> None:
    lower = Authority("Lower", above=ROOT)
    with pages({}) as server:
        assert missing_issuers(case(lower.issue(issuers_at=server.url("/ca"))), fetching()) == ()
    with serve(hang) as server:
        assert missing_issuers(case(lower.issue(issuers_at=server.url("/ca"))), fetching(0.3)) == ()


def test_nothing_is_fetched_where_nothing_is_missing() -> None:
    with pages({}) as server:
        assert missing_issuers(case(ROOT.issue(issuers_at=server.url("/ca"))), fetching()) == ()
        assert server.connections == 0


def test_two_cas_that_sign_each_other_do_not_keep_us_busy() -> None:
    bodies: dict[str, bytes] = {}
    with pages(bodies) as server:
        one = Authority("One", above=Authority("Two"))
        assert one.above
        two = Authority("Two", key=one.above.key, above=one, issuers_at=server.url("/one"))
        crossed = Authority("One", key=one.key, above=two, issuers_at=server.url("/two"))
        bodies |= {"one": crossed.certificate.der, "two": two.certificate.der}
        leaf = crossed.issue(issuers_at=server.url("/one"))
        assert missing_issuers(case(leaf), fetching()) == (crossed.certificate, two.certificate)


def test_a_chain_without_an_end_is_followed_for_four_certificates() -> None:
    bodies: dict[str, bytes] = {}
    with pages(bodies) as server:
        below = Authority("0", above=ROOT)
        for number in range(1, 8):
            below = Authority(str(number), above=below, issuers_at=server.url(f"/{number - 1}"))
            bodies[str(number)] = below.certificate.der
        leaf = below.issue(issuers_at=server.url("/7"))
        assert len(missing_issuers(case(leaf), fetching())) == 4


def test_what_was_fetched_tells_a_missing_intermediate_from_a_root_that_nobody_trusts() -> None:
    private = Authority("Private root")
    with pages({"ca": private.certificate.der}) as server:
        lower = Authority("Lower", above=private, issuers_at=server.url("/ca"))
        before = case(lower.issue(), sent=[lower.certificate])
        after = replace(before, fetched=missing_issuers(before, fetching()))
    assert "incomplete-chain" in {finding.code for finding in judge(before)}
    assert "untrusted-root" in {finding.code for finding in judge(after)}


@given(st.binary(max_size=300))
def test_no_bytes_break_anything(data: bytes) -> None:
    def fetch(url: str, *, most: int, data: bytes = data) -> bytes:
        return data

    leaf = Authority("Lower", above=ROOT, key=ROOT.key).issue(issuers_at="http://ca.example.com/", key=ROOT.key)
    assert missing_issuers(case(leaf), fetch) == ()
