"""Every address of a name is looked at, and some that fail do not hide behind the others."""

import socket
import time
from contextlib import ExitStack
from dataclasses import replace

import pytest

from caretaker.core.network.resolver import Lookup, Resolver
from caretaker.core.results import Severity, Status
from caretaker.core.targets.base import Level
from functions.uptime.addresses import MOST
from tests.integration.uptime.seeing import see, see_one, the_finding
from tests.samples import EXPECT, target
from tests.servers import reply, serve


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names that resolve as a test says."""
    known: dict[str, list[str]] = {}
    real = Resolver._ask

    def fake(self: Resolver, lookup: Lookup) -> tuple[tuple[str, ...], str]:
        return (tuple(known[lookup.host]), "") if lookup.host in known else real(self, lookup)

    monkeypatch.setattr(Resolver, "_ask", fake)
    return known


def test_addresses_that_all_answer_are_ok_and_listed(names: dict[str, list[str]]) -> None:
    names["shop.test"] = ["127.0.0.1", "127.0.0.2"]
    with serve(reply(), host="0.0.0.0") as server:
        result = see_one(target(url=server.url(host="shop.test"), addresses="all"))
        assert server.connections == 2
    assert result.status is Status.OK, result.findings
    assert result.check == "uptime/api"
    assert result.measurements["addresses"] == "127.0.0.1, 127.0.0.2"


def test_some_that_fail_are_named_and_the_check_is_degraded(names: dict[str, list[str]]) -> None:
    names["shop.test"] = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
    with serve(reply()) as server:  # on 127.0.0.1 alone
        result = see_one(target(url=server.url(host="shop.test"), addresses="all"))
    finding = the_finding(result)
    assert (finding.code, finding.severity, result.status) == ("address-failing", Severity.HIGH, Status.DEGRADED)
    assert finding.message.startswith(
        "2 of 3 addresses fail: 127.0.0.2 (connection-refused), 127.0.0.3 (connection-refused); "
    )


def test_all_that_fail_are_down_as_one_would_be(names: dict[str, list[str]]) -> None:
    names["shop.test"] = ["127.0.0.2", "127.0.0.3"]
    with serve(reply()) as server:
        result = see_one(target(url=server.url(host="shop.test"), addresses="all"))
    assert the_finding(result).code == "connection-refused"
    assert result.status is Status.DOWN
    assert result.check == "uptime/api"


def test_the_good_ones_are_still_judged(names: dict[str, list[str]]) -> None:
    names["shop.test"] = ["127.0.0.1", "127.0.0.2"]
    slow = replace(EXPECT, slow=(Level(0.1, Severity.MEDIUM),))

    def late(connection: socket.socket, head: bytes) -> None:
        time.sleep(0.4)
        reply()(connection, head)

    with serve(late) as server:
        result = see_one(target(url=server.url(host="shop.test"), addresses="all", expect=slow))
    assert [finding.code for finding in result.findings] == ["address-failing", "slow"]


def test_a_name_with_many_addresses_is_looked_at_in_part_and_says_so(names: dict[str, list[str]]) -> None:
    names["shop.test"] = [f"127.0.1.{number}" for number in range(1, 16)]
    with serve(reply(), host="0.0.0.0") as server:
        result = see_one(target(url=server.url(host="shop.test"), addresses="all"))
        assert server.connections == MOST
    assert str(result.measurements["not_looked_at"]).startswith("127.0.1.11, ")


def test_a_name_without_an_address_fails_as_ever() -> None:
    finding = the_finding(see_one(target(url="http://nowhere.invalid/", addresses="all")))
    assert finding.code == "dns-failure"


def test_an_address_in_place_of_a_name_is_simply_looked_at() -> None:
    with ExitStack() as stack:
        servers = [stack.enter_context(serve(reply())) for _ in range(2)]
        targets = [
            target(name="a", url=servers[0].url(), addresses="all"),
            target(name="b", url=servers[1].url()),
        ]
        assert [result.status for result in see(*targets)] == [Status.OK, Status.OK]
