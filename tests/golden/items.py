"""The golden items: one of every kind that the table holds, written by the code that writes them in Lambda."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from caretaker.core.results import Result, Status
from caretaker.core.store import history, leases, requests, rollups
from caretaker.core.store.requests import Progress
from caretaker.core.store.table import Item, Table
from functions.cert_check import remembering
from functions.cert_check.known import Known, Memory
from functions.notify import bucket
from tests.integration.notify.world import AT, World, run

_DAY = timedelta(days=1)
MEMORY = Memory(
    "shop.example.com:443",
    (
        Known("aa" * 32, "bb" * 32, "Example CA", AT - _DAY, AT + 89 * _DAY, AT),
        Known("cc" * 32, "dd" * 32, "Example CA", AT - 60 * _DAY, AT + 30 * _DAY, AT - 60 * _DAY, AT),
    ),
    AT,
)


def FILE(number: str) -> Path:  # noqa: N802 - a place, that depends on the schema's number
    """Return where the items are."""
    return Path(__file__).with_name(f"items-{number}.json")


def written(table: Table) -> None:
    """Let an outage be told, and be over; write runs, their rollup, a lease, a request and memories down."""
    world = World()
    run(table, world, 0, ("api", False), ("db", True))
    world.sweep_until_quiet(table, rounds=1)
    run(table, world, 10, ("api", True), ("db", False))
    bad = Result("uptime/api", Status.DOWN, None, "refused", observed_at=AT, measurements={"seconds": 0.25})
    for minutes in (0, 5):
        history.record(table, "uptime", AT + timedelta(minutes=minutes), [bad])
    rollups.build(table, "uptime", AT)
    leases.take(table, "backup/main", "the daily backup of that night", now=AT, until=AT + timedelta(minutes=17))
    requests.note(table, "3f2c", Progress("done", {"receipt": {"id": "main"}}), AT)
    bucket.take(table, "alerts", AT)
    remembering.save(table, {"cert/app": MEMORY}, AT)


def dumped(table: Table) -> str:
    """Return all items of a table as text, the same for the same ones."""
    items = table.client.scan(TableName=table.name)["Items"]
    ordered = sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
    return json.dumps(ordered, default=_as_text, indent=1, sort_keys=True) + "\n"


def restored(text: str) -> list[Item]:
    """Return the items of such a text."""
    items: list[Item] = json.loads(text, object_hook=_from_text)
    return items


def _as_text(value: Any) -> Any:
    return base64.b64encode(value).decode()


def _from_text(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64decode(value["B"])} if set(value) == {"B"} else value
