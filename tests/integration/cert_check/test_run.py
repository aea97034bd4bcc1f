"""A whole run: what it writes and tells, and what faults, repetitions and late events leave of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from caretaker.core.looking.reporting import Ran
from caretaker.core.network.resolver import Lookup, Resolver
from caretaker.core.results import Severity, Status
from caretaker.core.store import incident_index, states, timelines
from caretaker.core.store.table import Table
from functions.cert_check import remembering
from tests.authority import AT, DAY
from tests.clients import client_like
from tests.faults import Faults, Killed, throttled
from tests.integration.cert_check.running import play, told
from tests.integration.cert_check.seeing import LOWER, tls
from tests.items import put_back, stored
from tests.presenting import Presenting, presenting
from tests.samples import tcp_target
from tests.servers import Server, hang, serve

RUN = timedelta(minutes=5)
EXPIRED: dict[str, Any] = {"begin": AT - 90 * DAY, "end": AT - DAY}


@pytest.fixture
def endpoint() -> Presenting:
    """What the server presents; a test may exchange it."""
    return presenting(LOWER, sent=[LOWER.certificate])


@pytest.fixture
def server(endpoint: Presenting) -> Iterator[Server]:
    with serve(endpoint, reads=False) as running:
        yield running


@pytest.fixture
def closed() -> int:
    with serve(hang) as running:
        return running.port


def expire(endpoint: Presenting) -> None:
    expired = presenting(LOWER, sent=[LOWER.certificate], **EXPIRED)
    endpoint.chain, endpoint.key = expired.chain, expired.key


def changes(table: Table) -> list[tuple[str, str]]:
    return [(one.event, one.check) for one in incident_index.changes(table, AT - DAY, AT + 2 * DAY)]


def test_a_steady_run_writes_nothing_but_its_place_in_the_history(near: Table, server: Server) -> None:
    play(near, AT, tls(server.port))
    calls = Faults()
    calls.watch(near.client)
    play(near, AT + RUN, tls(server.port))
    assert calls.calls == ["Query", "Query", "Query", "PutItem"]


def test_what_is_bad_is_told_with_its_fix_and_its_end_too(near: Table, endpoint: Presenting, server: Server) -> None:
    good = replace(endpoint)
    expire(endpoint)
    (opened,) = play(near, AT, tls(server.port)).told
    assert (opened.event, opened.severity, opened.where) == ("opened", Severity.HIGH, f"tls://127.0.0.1:{server.port}")
    assert opened.findings[0].code == "expired"
    assert opened.findings[0].fix.startswith("Renew it now")
    endpoint.chain, endpoint.key = good.chain, good.key
    assert told(play(near, AT + RUN, tls(server.port))) == ["resolved high"]
    assert changes(near) == [("opened", "cert/app"), ("resolved", "cert/app")]


def test_a_new_defect_as_bad_as_the_known_one_is_told_once(near: Table, endpoint: Presenting, server: Server) -> None:
    expire(endpoint)
    assert told(play(near, AT, tls(server.port))) == ["opened high expired"]
    with_another_name = replace(tls(server.port), server_name="other.example.com")
    said = [play(near, AT + RUN * number, with_another_name) for number in (1, 2, 3)]
    assert [told(one) for one in said] == [["worsened high expired,hostname-mismatch"], [], []]
    assert said[0].told[0].note == "New: hostname-mismatch."


def test_that_an_endpoint_cannot_be_reached_is_left_to_uptime_if_that_watches_it(near: Table, closed: int) -> None:
    theirs, ours = tls(closed, reached_by="uptime/app"), tls(closed, name="ours")
    ran = play(near, AT, theirs, ours)
    left, seen = sorted(ran.results, key=lambda result: result.name)
    assert (left.status, left.findings, seen.status) == (Status.UNKNOWN, (), Status.DOWN)
    assert left.summary.startswith("could not look, uptime/app tells why: ")
    assert [one.check for one in ran.told] == ["cert/ours"]


def test_an_open_incident_outlasts_that_nobody_can_look(
    near: Table, endpoint: Presenting, server: Server, closed: int
) -> None:
    expire(endpoint)
    target = tls(server.port, reached_by="uptime/app")
    play(near, AT, target)
    assert told(play(near, AT + RUN, replace(target, port=closed))) == []
    assert states.load(near, "cert").states["cert/app"].incident is not None


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name resolves, and each says so at once."""
    real = Resolver._ask

    def ask(self: Resolver, lookup: Lookup) -> tuple[tuple[str, ...], str]:
        return real(self, lookup) if lookup.host == "127.0.0.1" else ((), "the name servers do not answer")

    monkeypatch.setattr(Resolver, "_ask", ask)


@pytest.mark.usefixtures("no_names")
@pytest.mark.parametrize(("reports", "checks"), [(True, ["checker/cert"]), (False, [])])
def test_a_network_that_is_lost_is_told_only_if_nobody_else_does(near: Table, reports: bool, checks: list[str]) -> None:
    nowhere = [tls(443, name=name, host=f"{name}.invalid") for name in ("a", "b")]
    controls = [tcp_target(443, name=name, host=f"{name}.invalid") for name in ("c", "d")]
    ran = play(near, AT, *nowhere, controls=controls, reports=reports)
    assert {result.status for result in ran.results} == {Status.UNKNOWN}
    assert [one.check for one in ran.told] == checks


@pytest.mark.usefixtures("no_names")
def test_a_lost_network_is_not_blamed_while_one_control_answers(near: Table, server: Server) -> None:
    controls = [tcp_target(443, name="c", host="c.invalid"), tcp_target(server.port, name="d", host="127.0.0.1")]
    ran = play(near, AT, tls(443, host="nowhere.invalid"), controls=controls)
    assert told(ran) == ["opened high unreachable"]


def test_an_event_that_comes_twice_or_late_changes_nothing(near: Table, endpoint: Presenting, server: Server) -> None:
    good = replace(endpoint)
    expire(endpoint)
    assert told(play(near, AT + RUN, tls(server.port))) == ["opened high expired"]
    before = remembering.load(near)
    endpoint.chain, endpoint.key = good.chain, good.key
    assert told(play(near, AT + RUN, tls(server.port))) == []
    assert told(play(near, AT, tls(server.port))) == []
    assert changes(near) == [("opened", "cert/app")]
    assert remembering.load(near) == before


def test_two_runs_at_once_tell_once(table: Table, endpoint: Presenting, server: Server) -> None:
    expire(endpoint)
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda _: play(table, AT, tls(server.port)), range(2)))
    assert sorted(len(one.told) for one in runs) == [0, 1]
    assert changes(table) == [("opened", "cert/app")]


@pytest.mark.parametrize(
    ("error", "after"),  # killed before a call is killed after the one before it
    [(Killed, True), (throttled, False)],
    ids=["killed", "throttled"],
)
def test_a_fault_at_any_call_of_a_run_loses_and_doubles_nothing(
    near: Table, error: Callable[[], BaseException], after: bool
) -> None:
    endpoint = presenting(LOWER, sent=[LOWER.certificate], **EXPIRED)
    renewed = presenting(LOWER, sent=[LOWER.certificate], end=AT + 70 * DAY)
    faults, client = Faults(after=after, error=error), client_like(near)
    faults.watch(client)
    with serve(endpoint, reads=False) as server:
        play(near, AT, tls(server.port))
        opened = stored(near)
        endpoint.chain, endpoint.key = renewed.chain, renewed.key
        for position in count():
            put_back(near, opened)
            faults.move(position)
            _ran(Table(client, near.name), AT + RUN, server)
            if position >= len(faults.calls):
                break
            play(near, AT + RUN, tls(server.port))
            assert [event for event, _ in changes(near)] == ["opened", "resolved"], position
            assert len(list(timelines.renewals(near, "cert/app"))) == 1, position
    assert position >= 5


def _ran(table: Table, at: Any, server: Server) -> Ran | None:
    try:
        return play(table, at, tls(server.port))
    except (Killed, Exception):  # noqa: BLE001 - whatever it was, the event is delivered again
        return None


def test_a_check_that_left_the_configuration_ends_its_incident(
    near: Table, endpoint: Presenting, server: Server
) -> None:
    expire(endpoint)
    play(near, AT, tls(server.port))
    ran = play(near, AT + RUN, tls(server.port, name="other"))
    assert sorted(told(ran)) == ["opened high expired", "unwatched high"]
    item = near.client.get_item(TableName=near.name, Key={"pk": {"S": "CERT"}, "sk": {"S": "app"}})["Item"]
    assert int(item["expires_at"]["N"]) == int((AT + 35 * DAY).timestamp())
