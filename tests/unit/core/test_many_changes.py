"""Thousands of checks that change at once: transactions that DynamoDB takes, and one group to tell of.

The client only notes what it is given: moto would take a quarter of an hour for ten thousand.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from caretaker.core.incidents.decide import decide
from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import State
from caretaker.core.results import Finding, Severity, judge
from caretaker.core.store.changes import Run, commit
from caretaker.core.store.table import Table

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
POLICY = Policy(Confirm(1, 1), Confirm(2, 3), recover=1)
MOST_ACTIONS, MOST_BYTES = 100, 4_000_000  # DynamoDB's limits of a transaction
LARGEST_ITEM = 400_000


class Noting:
    """A client of DynamoDB that notes what it is given."""

    def __init__(self) -> None:
        self.transactions: list[list[dict[str, Any]]] = []
        self.items: list[dict[str, Any]] = []

    def transact_write_items(self, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803 - boto3's name
        self.transactions.append(TransactItems)

    def put_item(self, TableName: str, Item: dict[str, Any]) -> None:  # noqa: N803 - boto3's names
        self.items.append(Item)


def size(item: object) -> int:
    return len(json.dumps(item, default=lambda value: value.decode("latin-1")))


@pytest.mark.parametrize(("many", "transactions"), [(2_000, 45), pytest.param(10_000, 223, marks=pytest.mark.slow)])
def test_thousands_of_changes_go_through_transactions_that_dynamodb_takes(many: int, transactions: int) -> None:
    finding = Finding("timeout", Severity.CRITICAL, "no answer within 10 s", "Look at the server." * 5, "10 s", "10 s")
    decisions: list[Decision] = []
    for number in range(many):
        result = judge(f"uptime/t{number}", [finding], observed_at=AT, healthy="", where="https://example.com/health")
        decisions.append(decide(State(result.check), result, POLICY))
    client = Noting()

    run = Run("production", "uptime", AT, lambda: AT, lambda _: None)
    told = commit(Table(client, "t"), run, decisions, lambda state: Decision(state, changed=False))  # type: ignore[arg-type]

    assert len(told) == many
    assert len(client.transactions) == transactions
    for actions in client.transactions:
        sizes = [size(action["Put"]) for action in actions]
        assert len(actions) <= MOST_ACTIONS
        assert sum(sizes) < MOST_BYTES
        assert max(sizes) < LARGEST_ITEM
    states = [
        action["Put"]["Item"]["sk"]["S"]
        for actions in client.transactions
        for action in actions
        if action["Put"]["Item"]["pk"]["S"] == "STATE#uptime"
    ]
    assert sorted(states) == sorted(f"t{number}" for number in range(many))
    (closing,) = client.items
    assert closing["closed"] == {"BOOL": True}
    assert closing["group"]["S"] == "2026-11-21T02:00:00Z#uptime#critical#alarm"
