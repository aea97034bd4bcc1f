"""A defect of the checker itself, wherever it is: it costs one target its look, and no other."""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from caretaker.core import telemetry
from caretaker.core.results import Status
from caretaker.core.targets.tcp import TcpTarget
from functions.uptime import addresses, http_round, http_under_way, redirects, transfer
from functions.uptime.probes import PROBES
from tests.integration.uptime.seeing import see
from tests.samples import target, tcp_target
from tests.servers import Server, reply, serve

SECRET = "pa55word"


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is logged of defects, line by line."""
    lines: list[Any] = []
    monkeypatch.setattr(telemetry.logger, "error", lambda message, **more: lines.append({"message": message, **more}))
    return lines


def broken_once(function: Callable[..., Any]) -> Callable[..., Any]:
    calls: list[int] = []

    def broken(*arguments: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError(f"a defect that knows {SECRET}")
        return function(*arguments, **named)

    return broken


def three(server: Server) -> list[Any]:
    return [target(name=f"t{number}", url=server.url(host="localhost"), timeout=3.0) for number in range(3)]


def moved(connection: Any, head: bytes) -> None:
    (reply(b"", "302 Found", "Location: /end") if b"GET / " in head else reply())(connection, head)


STEPS = [
    (http_round, "first_request"),
    (http_round, "bundle"),
    (http_round, "Look"),
    (http_under_way, "Received"),
    (transfer, "prepare"),
    (transfer, "timings"),
    (transfer, "answer"),
    (redirects, "follow"),
    (http_under_way, "check_addresses"),
    (http_under_way, "judge_answer"),
    (http_under_way, "result"),
]


@pytest.mark.parametrize(("module", "step"), STEPS, ids=[step for _, step in STEPS])
def test_a_defect_at_any_step_of_a_look_costs_one_target(
    module: ModuleType, step: str, monkeypatch: pytest.MonkeyPatch, logged: list[Any]
) -> None:
    monkeypatch.setattr(module, step, broken_once(getattr(module, step)))
    with serve(moved) as server:
        results = see(*three(server))
    assert sorted(result.status for result in results) == [Status.OK, Status.OK, Status.UNKNOWN]
    (bad,) = (result for result in results if result.status is Status.UNKNOWN)
    assert bad.summary == "the look failed by itself: RuntimeError"
    assert [line["check"] for line in logged] == [bad.check]
    assert SECRET not in str(logged) + str(results)


def test_a_defect_in_putting_addresses_together_costs_one_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_listed", broken_once(addresses._listed))
    with serve(moved) as server:
        results = see(*(replace(one, addresses="all") for one in three(server)))
    assert sorted(result.status for result in results) == [Status.OK, Status.OK, Status.UNKNOWN]


@pytest.mark.parametrize("kinds", [1, 2])
def test_a_kind_that_cannot_be_looked_at_costs_the_other_kinds_nothing(
    kinds: int, monkeypatch: pytest.MonkeyPatch, logged: list[Any]
) -> None:
    def missing() -> Any:
        raise ImportError(f"no library, said {SECRET}")

    monkeypatch.setitem(PROBES, TcpTarget, missing)
    with serve(moved) as server:
        others = three(server) if kinds == 2 else []
        results = see(tcp_target(1), tcp_target(2, name="other"), *others)
    assert [result.status for result in results] == [Status.UNKNOWN] * 2 + [Status.OK] * len(others)
    assert [line["metadata"]["error"] for line in logged] == ["ImportError"]
    assert SECRET not in str(logged) + str(results)
