"""Ten thousand checks that change at once: transactions that DynamoDB takes, and one group to tell of.

The client only notes what it is given: moto would take a quarter of an hour for it.
"""

import json
from datetime import UTC, datetime
from typing import Any

from caretaker.core.incidents.decide import decide
from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import State
from caretaker.core.results import Finding, Severity, judge
from caretaker.core.store.changes import Run, commit
from caretaker.core.store.table import Table

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
POLICY = Policy(Confirm(1, 1), Confirm(2, 3), recover=1)
MANY = 10_000
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


def test_ten_thousand_changes_go_through_transactions_that_dynamodb_takes() -> None:
    finding = Finding("timeout", Severity.CRITICAL, "no answer within 10 s", "Look at the server." * 5, "10 s", "10 s")
    decisions: list[Decision] = []
    for number in range(MANY):
        result = judge(f"uptime/t{number}", [finding], observed_at=AT, healthy="", where="https://example.com/health")
        decisions.append(decide(State(result.check), result, POLICY))
    client = Noting()

    run = Run("production", "uptime", AT, lambda: AT, lambda _: None)
    told = commit(Table(client, "t"), run, decisions, lambda state: Decision(state, changed=False))  # type: ignore[arg-type]

    assert len(told) == MANY
    assert len(client.transactions) == 223
    for actions in client.transactions:
        assert len(actions) <= MOST_ACTIONS
        assert sum(size(action) for action in actions) < MOST_BYTES
        assert max(size(action["Put"]["Item"]) for action in actions) < LARGEST_ITEM
    states = [
        action["Put"]["Item"]["sk"]["S"]
        for actions in client.transactions
        for action in actions
        if action["Put"]["Item"]["pk"]["S"] == "STATE#uptime"
    ]
    assert sorted(states) == sorted(f"t{number}" for number in range(MANY))
    (closing,) = client.items
    assert closing["closed"] == {"BOOL": True}
    assert closing["group"]["S"] == "2026-11-21T02:00:00Z#uptime#critical#alarm"
