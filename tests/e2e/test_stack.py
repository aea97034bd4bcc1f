"""The whole way on the local AWS, with the functions' own artifacts: a look, a state, a message; and failing calls."""

import pytest

from caretaker.core.looking.writing import ROLLING_UP
from tests.e2e.watching import KEY, Stack


def test_an_outage_and_its_recovery_reach_people_once(stack: Stack) -> None:
    stack.begin()
    assert stack.run().payload["ok"] == 2
    stack.product.healthy = False
    for _ in range(3):
        stack.run()
        stack.again()
    stack.product.healthy = True
    stack.run()
    assert stack.product.said == ["CRITICAL: api is down", "api has recovered after 15 min"]
    assert stack.subjects() == [f"{said} [production]" for said in stack.product.said]
    opened, resolved = (one.message for one in stack.aws.published())
    assert "https://git.example.com/runbooks/uptime.md#json-mismatch" in opened
    assert "runbooks" not in resolved


def test_what_depends_on_something_bad_is_silent_until_it_is_bad_alone(stack: Stack) -> None:
    stack.begin()
    stack.product.healthy, stack.product.greeting = False, b"554 no\r\n"
    stack.run()
    stack.run()
    assert stack.product.said == ["CRITICAL: mail is down"]
    stack.product.greeting = b"220 ready\r\n"
    stack.run()
    assert sorted(stack.product.said[1:]) == ["CRITICAL: api is down", "mail has recovered after 10 min"]


def test_a_healthy_run_makes_few_calls(stack: Stack) -> None:
    stack.begin()
    stack.run()
    stack.aws.forget()
    stack.run()
    calls = [f"{call.service}:{call.action}" for call in stack.aws.calls if call.function == "uptime"]
    summed_up = ["dynamodb:BatchGetItem"] * (stack.at.hour < ROLLING_UP)  # in a day's first runs: is yesterday?
    assert sorted(calls) == [*summed_up, "dynamodb:PutItem", *["dynamodb:Query"] * 4, "ssm:GetParameters"]


@pytest.mark.parametrize(
    ("error", "after"),
    [
        ("drop", True),
        pytest.param("drop", False, marks=pytest.mark.slow),
        pytest.param("ThrottlingException", False, marks=pytest.mark.slow),
        pytest.param("ThrottlingException", True, marks=pytest.mark.slow),
    ],
)
def test_whatever_call_fails_nothing_is_lost_and_nothing_comes_twice(stack: Stack, error: str, after: bool) -> None:
    position = 0
    while True:
        stack.begin()
        stack.run()
        stack.product.healthy = False
        # Longer than the client tries again: the function sees it.
        stack.aws.faults.add(error=error, skip=position, times=4, after=after)
        first = stack.run()
        stack.aws.faults.clear()
        if first.failed:
            stack.again()
        stack.run()
        for _ in range(2):
            stack.sweep()
        stack.product.healthy = True
        stack.run()
        stack.sweep()
        # A sender that died holds its lease for longer than this test lasts: its message is due, not lost.
        assert any("recovered" in said for said in stack.product.said) or stack.still_due(), position
        assert stack.product.said.count("CRITICAL: api is down") <= 1, (position, stack.product.said)
        if position >= 8:
            break
        position += 4


def test_logs_are_structured_and_metrics_are_counted(stack: Stack) -> None:
    stack.begin()
    stack.product.healthy = False
    stack.run()
    lines = stack.aws.logs("uptime") + stack.aws.logs("notify")
    values = [line for line in lines if isinstance(line, dict)]
    assert {"check", "run"} <= {str(line.get("event_type")) for line in values}
    measured = {name for line in values if "_aws" in line for name in line}
    assert measured == {"_aws", "ChecksFailed", "OldestUnsent"}


def test_somebody_outside_hears_of_every_run(stack: Stack) -> None:
    stack.begin()
    stack.heart.requests.clear()
    stack.run()
    assert [request.split()[1] for request in stack.heart.requests] == [b"/ping/start", b"/ping"]

    stack.heart.requests.clear()
    stack.aws.faults.add("dynamodb", "Query", error="AccessDeniedException", function="uptime", times=10)
    assert stack.run().failed
    assert [request.split()[1] for request in stack.heart.requests] == [b"/ping/start", b"/ping/fail"]
    stack.aws.faults.clear()


def test_no_secret_is_in_logs_messages_the_table_or_answers(stack: Stack) -> None:
    stack.begin()
    stack.product.healthy = False
    answer = stack.run()
    table = stack.aws.client("dynamodb").scan(TableName=stack.table)
    seen = [
        answer.payload,
        stack.aws.logs("uptime"),
        stack.aws.logs("notify"),
        stack.product.said,
        stack.aws.published(),
    ]
    everything = repr(seen) + repr(table["Items"])
    assert KEY not in everything
    assert "HookSecret" not in everything
