"""The full look: every address of a name, old protocols, and the issuers that a server does not send."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any

import pytest

from caretaker.core.network.resolver import Lookup, Resolver
from caretaker.core.results import Finding, Severity, Status
from caretaker.core.store.table import Table
from tests.authority import AT, DAY, SIGNS, Authority
from tests.integration.cert_check.running import play, told
from tests.integration.cert_check.seeing import LOWER, ROOT, codes, see_one, tls
from tests.presenting import ANY, ONLY, Presenting, presenting
from tests.servers import Server, hang, reply, serve

RUN = timedelta(minutes=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names that resolve as a test says."""
    known: dict[str, list[str]] = {}
    real = Resolver._ask

    def ask(self: Resolver, lookup: Lookup) -> tuple[tuple[str, ...], str]:
        return (tuple(known[lookup.host]), "") if lookup.host in known else real(self, lookup)

    monkeypatch.setattr(Resolver, "_ask", ask)
    return known


@contextmanager
def at_addresses(*behaviours: Presenting) -> Iterator[int]:
    """Serve each on an address of its own, 127.0.0.2 and so on, all on one port."""
    with ExitStack() as stack:
        port = 0
        for number, behaviour in enumerate(behaviours):
            server = serve(behaviour, reads=False, host=f"127.0.0.{number + 2}", port=port)
            port = stack.enter_context(server).port
        yield port


def good(**details: Any) -> Presenting:
    return presenting(LOWER, sent=[LOWER.certificate], **details)


def found(findings: tuple[Finding, ...], code: str) -> Finding:
    (finding,) = [one for one in findings if one.code == code]
    return finding


def test_addresses_that_serve_the_same_are_in_order(names: dict[str, list[str]]) -> None:
    names["app.example.com"] = ["127.0.0.2", "127.0.0.3"]
    same = good()
    with at_addresses(same, same) as port:
        result = see_one(tls(port, host="app.example.com"))
    assert (result.status, codes(result)) == (Status.OK, set())


@pytest.mark.parametrize("order", [("127.0.0.2", "127.0.0.3", "127.0.0.9"), ("127.0.0.9", "127.0.0.2", "127.0.0.3")])
def test_one_dead_address_of_three_is_named_wherever_it_stands(
    names: dict[str, list[str]], order: tuple[str, ...]
) -> None:
    names["app.example.com"] = list(order)
    same = good()
    with at_addresses(same, same) as port:
        result = see_one(tls(port, host="app.example.com"))
    assert result.status is Status.DEGRADED
    finding = found(result.findings, "address-failing")
    assert finding.severity is Severity.HIGH
    assert finding.message.startswith("1 of 3 addresses present no certificate: 127.0.0.9 (unreachable); ")


def test_different_certificates_are_named_with_their_addresses_and_nobody_is_woken(
    names: dict[str, list[str]],
) -> None:
    names["app.example.com"] = ["127.0.0.2", "127.0.0.3"]
    with at_addresses(good(serial=0xAAAA), good(serial=0xBBBB, end=AT + 40 * DAY)) as port:
        result = see_one(tls(port, host="app.example.com"))
    assert result.status is Status.OK
    finding = found(result.findings, "unexpected-change")
    assert finding.severity is Severity.LOW
    assert "127.0.0.2 serial aaaa until 2027-01-20; 127.0.0.3 serial bbbb until 2026-12-31" in finding.message


def test_one_machine_that_was_forgotten_is_found_though_the_first_one_is_fine(names: dict[str, list[str]]) -> None:
    names["app.example.com"] = ["127.0.0.2", "127.0.0.3"]
    with at_addresses(good(), good(begin=AT - 90 * DAY, end=AT - DAY)) as port:
        result = see_one(tls(port, host="app.example.com"))
    assert result.status is Status.DOWN
    message = found(result.findings, "expired").message
    assert message == "at 127.0.0.3: the certificate of app.example.com expired 24 h ago, on 2026-11-20"


def test_old_protocols_that_are_accepted_are_named() -> None:
    with serve(good(versions=ANY), reads=False) as server:
        finding = found(see_one(tls(server.port)).findings, "old-protocol")
    assert finding.message == f"127.0.0.1:{server.port} accepts TLS 1.0 and TLS 1.1, which attackers can break"
    with serve(good(versions=(ONLY["TLSv1.1"][0], ONLY["TLSv1.3"][1])), reads=False) as server:
        assert found(see_one(tls(server.port)).findings, "old-protocol").measured == "TLS 1.1"


@pytest.mark.parametrize("after_hello", [hang, lambda *_: None], ids=["hangs", "closes"])
def test_a_server_that_does_not_answer_an_old_protocol_does_not_speak_it(after_hello: object) -> None:
    modern, turns = good(), iter(range(10))

    def first_only(connection: object, head: bytes) -> None:
        behave = modern if next(turns) == 0 else after_hello
        behave(connection, head)  # type: ignore[operator] # both are behaviours

    with serve(first_only, reads=False) as server:
        assert codes(see_one(tls(server.port, timeout=0.5))) == set()


def handshakes(table: Table, server: Server, at: object) -> int:
    before = server.connections
    play(table, at, tls(server.port))  # type: ignore[arg-type] # it is a time
    return server.connections - before


def test_the_full_look_is_taken_every_six_hours_and_at_a_new_certificate_only(table: Table) -> None:
    endpoint = good()
    with serve(endpoint, reads=False) as server:
        assert handshakes(table, server, AT) == 3
        assert [handshakes(table, server, AT + RUN * number) for number in (1, 2, 71)] == [1, 1, 1]
        assert handshakes(table, server, AT + 6 * HOUR) == 3
        assert handshakes(table, server, AT + 6 * HOUR + RUN) == 1
        endpoint.chain = [LOWER.issue(key=endpoint.key).der, LOWER.certificate.der]
        assert handshakes(table, server, AT + 7 * HOUR) == 3
        assert handshakes(table, server, AT + 7 * HOUR + RUN) == 1


def test_what_it_found_is_said_in_every_run_and_told_when_another_look_has_seen_it_too(table: Table) -> None:
    endpoint = good(versions=ANY)
    with serve(endpoint, reads=False) as server:
        assert told(play(table, AT, tls(server.port))) == []
        assert told(play(table, AT + RUN, tls(server.port))) == ["opened medium old-protocol"]
        endpoint.versions = ONLY["TLSv1.3"]
        assert told(play(table, AT + 2 * RUN, tls(server.port))) == ["resolved medium"]


def test_an_address_that_failed_once_is_no_alarm(table: Table, names: dict[str, list[str]]) -> None:
    names["app.example.com"] = ["127.0.0.2", "127.0.0.9"]
    with at_addresses(good()) as port:
        target = tls(port, host="app.example.com")
        assert told(play(table, AT, target)) == []
        names["app.example.com"] = ["127.0.0.2"]
        said = [told(play(table, AT + RUN * number, target)) for number in (1, 2, 3)]
    assert said == [[], [], []]


def test_a_missing_intermediate_is_named_with_where_it_can_be_had() -> None:
    with serve(reply(LOWER.certificate.der)) as web:
        url = web.url("/lower.der")
        with serve(presenting(LOWER, issuers_at=url), reads=False) as server:
            result = see_one(tls(server.port))
    finding = found(result.findings, "incomplete-chain")
    assert "Lower" in finding.message
    assert url in finding.message + finding.fix


def test_an_issuer_that_turns_out_to_be_a_root_is_one_that_nobody_trusts() -> None:
    private = Authority("Private root", usage=SIGNS)
    with serve(reply(private.certificate.der)) as web:
        lower = Authority("Private lower", above=private, usage=SIGNS, issuers_at=web.url("/root.der"))
        with serve(presenting(lower, sent=[lower.certificate]), reads=False) as server:
            result = see_one(tls(server.port, ca=ROOT.pem))
    assert "untrusted-root" in codes(result)
    assert "Private root" in found(result.findings, "untrusted-root").message
