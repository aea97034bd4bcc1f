"""The time that answers over HTTP take: of a server, of the checker itself, and of a thousand targets together."""

import socket
import time
from dataclasses import replace

from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Severity, Status
from caretaker.core.targets.base import Level
from functions.uptime.looking import look
from tests import servers
from tests.integration.uptime.expecting import expecting
from tests.integration.uptime.seeing import AT, see, see_one, the_finding
from tests.samples import target
from tests.servers import Behaviour, reply, serve


def delayed(seconds: float) -> Behaviour:
    def behave(connection: socket.socket, head: bytes) -> None:
        time.sleep(seconds)
        reply()(connection, head)

    return behave


def test_a_slow_answer_is_degraded_by_its_worst_level() -> None:
    levels = (Level(0.2, Severity.MEDIUM), Level(0.3, Severity.CRITICAL), Level(5.0, Severity.CRITICAL))
    with serve(delayed(1.5)) as server:  # less what a busy machine holds the checker up
        result = see_one(replace(expecting(slow=levels), url=server.url()))
    finding = the_finding(result)
    assert (result.status, finding.code, finding.severity, finding.limit) == (
        Status.DEGRADED,
        "slow",
        Severity.CRITICAL,
        "0.3 s",
    )


def test_the_time_that_the_checker_was_busy_is_not_the_servers_slowness() -> None:
    levels = (Level(0.3, Severity.MEDIUM),)
    with serve(reply()) as quick:
        targets = [replace(expecting(slow=levels), name=f"t{n}", url=quick.url()) for n in range(6)]
        results = []
        for result in look(targets, Conditions(AT, time.monotonic() + 60)):
            results.append(result)
            end = time.monotonic() + 0.2
            while time.monotonic() < end:
                pass  # whoever reads the results is busy, while other looks are under way
    assert [result.status for result in results] == [Status.OK] * 6


def test_what_the_deadline_leaves_no_time_for_is_unknown_and_the_rest_is_kept() -> None:
    with serve(reply()) as good, serve(servers.hang) as bad:
        targets = [target(name=f"good{n}", url=good.url()) for n in range(5)]
        targets += [target(name=f"bad{n}", url=bad.url(), timeout=20.0) for n in range(5)]
        started = time.monotonic()
        results = see(*targets, seconds=1.0, limit=8)
    assert time.monotonic() - started < 10
    assert [result.status for result in results[:5]] == [Status.OK] * 5
    assert [result.status for result in results[5:]] == [Status.UNKNOWN] * 5
    assert all(result.severity is None for result in results[5:])


def test_a_thousand_targets_of_which_fifty_hang_take_little_more_than_one_timeout() -> None:
    with serve(reply()) as good, serve(servers.hang) as bad:
        targets = [target(name=f"t{n}", url=(bad if n % 20 == 0 else good).url(), timeout=2.0) for n in range(1000)]
        started = time.monotonic()
        results = see(*targets)
    assert time.monotonic() - started < 15
    assert sum(result.status is Status.OK for result in results) == 950
    assert {the_finding(result).code for result in results if result.status is not Status.OK} == {"timeout"}
