"""The DNS probe against a real name server, good and hostile."""

import time

import dns.message
import dns.rcode
import pytest

from caretaker.core.results import Status
from functions.uptime.probes.dns import normal
from tests.integration.uptime.seeing import see, see_one, the_finding
from tests.name_servers import Answer, name_server, records, refusal, truncated
from tests.samples import dns_target


@pytest.mark.parametrize(
    ("kind", "texts", "expected"),
    [
        ("A", ["203.0.113.7"], ["203.0.113.7"]),
        ("AAAA", ["2001:db8::7"], ["2001:0DB8:0:0:0:0:0:7"]),
        ("CNAME", ["Web.Example.NET."], ["web.example.net"]),
        ("MX", ["10 mail.example.com.", "20 backup.example.com."], ["20 Backup.example.com", "10 mail.example.com."]),
        ("TXT", ['"v=spf1 " "-all"'], ["v=spf1 -all"]),
    ],
)
def test_each_type_of_record_is_compared_in_its_normal_form(kind: str, texts: list[str], expected: list[str]) -> None:
    with name_server(records(*texts, kind=kind)) as server:
        for form in ("one_of", "all_of"):
            result = see_one(dns_target(server.address, record=kind, **{form: tuple(expected)}))
            assert result.status is Status.OK, result.findings


def test_a_record_that_is_not_expected_is_quoted() -> None:
    with name_server(records("198.51.100.9", "203.0.113.7")) as server:
        finding = the_finding(see_one(dns_target(server.address, one_of=("203.0.113.7",))))
    assert finding.code == "dns-mismatch"
    assert finding.message == "the A record of www.example.com is “198.51.100.9, 203.0.113.7”, expected “203.0.113.7”"


def test_one_of_needs_not_all_and_all_of_does() -> None:
    both = ("203.0.113.7", "203.0.113.8")
    with name_server(records("203.0.113.7")) as server:
        assert see_one(dns_target(server.address, one_of=both)).status is Status.OK
        assert the_finding(see_one(dns_target(server.address, all_of=both))).code == "dns-mismatch"


def test_any_record_is_good_if_nothing_is_expected() -> None:
    with name_server(records("203.0.113.7")) as server:
        result = see_one(dns_target(server.address))
    assert result.summary == "A is “203.0.113.7”"


def test_a_truncated_answer_is_fetched_over_tcp() -> None:
    with name_server(truncated, over_tcp=records(*(f"203.0.113.{n}" for n in range(1, 200)))) as server:
        assert see_one(dns_target(server.address)).status is Status.OK
        assert server.asked == ["udp", "tcp"]


def mangled(query: dns.message.Message) -> bytes:
    whole = records("203.0.113.7")(query)
    assert whole is not None
    return whole[:20]


def another_id(query: dns.message.Message) -> bytes:
    reply = dns.message.make_response(query)
    reply.id ^= 1
    return reply.to_wire()


def loop(query: dns.message.Message) -> bytes:
    """Answer with a name that points to itself (RFC 1035, 4.1.4)."""
    return query.to_wire()[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + b"\xc0\x0c\0\1\0\1" * 2


def silent(query: dns.message.Message) -> None:
    return None


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (refusal(dns.rcode.NXDOMAIN), "dns-failure", "there is no such name"),
        (records(), "dns-failure", "it has no A record"),
        (refusal(dns.rcode.SERVFAIL), "dns-failure", "SERVFAIL"),
        (refusal(dns.rcode.REFUSED), "dns-failure", "REFUSED"),
        (silent, "timeout", "no name server answered for www.example.com within 0.5 s"),
        (another_id, "timeout", "within 0.5 s"),
        (mangled, "", ""),
        (loop, "", ""),
    ],
)
def test_a_bad_answer_is_told_in_plain_words_and_in_time(answer: Answer, code: str, said: str) -> None:
    with name_server(answer) as server:
        before = time.monotonic()
        finding = the_finding(see_one(dns_target(server.address, timeout=0.5)))
    assert time.monotonic() - before < 4.5
    assert finding.code == code if code else finding.code in ("dns-failure", "timeout")
    assert said in finding.message
    assert finding.fix
    assert finding.measured
    assert finding.limit


def test_a_flood_of_records_is_cut_in_messages() -> None:
    many = [f"10.0.{n // 250}.{n % 250 + 1}" for n in range(2000)]
    with name_server(truncated, over_tcp=records(*many)) as server:
        finding = the_finding(see_one(dns_target(server.address, one_of=("203.0.113.7",))))
    assert "and 1980 more" in finding.message
    assert len(finding.message) < 600


def test_silent_name_servers_delay_nobody() -> None:
    with name_server(silent) as hanging, name_server(records("203.0.113.7")) as good:
        targets = [
            *(dns_target(hanging.address, name=f"h{n}", timeout=0.6) for n in range(40)),
            *(dns_target(good.address, name=f"g{n}") for n in range(100)),
        ]
        before = time.monotonic()
        results = see(*targets)
    assert time.monotonic() - before < 15
    assert {result.status for result in results[40:]} == {Status.OK}
    assert [the_finding(result).code for result in results[:40]] == ["timeout"] * 40


@pytest.mark.parametrize(
    ("record", "text", "expected"),
    [
        ("TXT", '"a" "b"', "ab"),
        ("TXT", "bare", "bare"),
        ("TXT", 'v="x" y', 'v="x" y'),
        ("TXT", r'"v=\"x\" " "y"', 'v="x" y'),
        ("TXT", r'"a\\b\000"', r"a\b\000"),
        ("CNAME", "A.B.", "a.b"),
        ("MX", "10  Mail.X.", "10 mail.x"),
        ("A", "not an address", "not an address"),
    ],
)
def test_normal_forms(record: str, text: str, expected: str) -> None:
    assert normal(record, text) == expected


def with_answer(rest: bytes, counts: bytes = b"\0\1\0\1\0\0\0\0") -> Answer:
    """Return an answer to the question of www.example.com that goes on with these bytes."""
    question = b"\3www\7example\3com\0\0\1\0\1"
    return lambda query: query.to_wire()[:2] + b"\x81\x80" + counts + question + rest


@pytest.mark.parametrize(
    "answer",
    [
        with_answer(b"\xc0\x21\0\1\0\1\0\0\0\1\0\4\1\2\3\4"),  # a name that points into itself
        with_answer(b"\xc0\x0c\0\5\0\1\0\0\0\1\0\2\xc0\x0c"),  # an alias of itself
        with_answer(b"", counts=b"\0\1" + b"\xff" * 6),
        with_answer(b"\xc0\x0c\0\1\0\1\0\0\0\1\xff\xff\1\2\3\4"),
        with_answer(b"\xc0\x0c\0\1\0\1\0\0\0\1\0\3\1\2\3"),
        lambda query: query.to_wire(),
        lambda _: b"",
        truncated,
    ],
)
def test_an_answer_that_means_harm_is_a_failure_in_time(answer: Answer) -> None:
    with name_server(answer) as server:
        before = time.monotonic()
        finding = the_finding(see_one(dns_target(server.address, timeout=0.5)))
    assert time.monotonic() - before < 4.5
    assert finding.code in ("dns-failure", "timeout")
    assert finding.message.isprintable()
