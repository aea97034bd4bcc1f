"""What is remembered of endpoints is a help, never a hindrance: what of it cannot be read is learned anew."""

import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from caretaker.core.results import Status
from caretaker.core.store.table import Table, packed
from functions.cert_check import remembering
from tests.authority import AT, DAY
from tests.integration.cert_check.running import play
from tests.integration.cert_check.seeing import LOWER, tls
from tests.presenting import presenting
from tests.servers import Server, serve

RUN = timedelta(minutes=5)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(presenting(LOWER, sent=[LOWER.certificate]), reads=False) as running:
        yield running


@pytest.mark.parametrize(
    "damage",
    [
        {"memory": {"B": b"no zlib"}},
        {"memory": {"B": zlib.compress(b"\xff")}},
        {"memory": packed("[]")},
        {"memory": packed("{}")},
        {"memory": packed('"text"')},
        {"memory": {"S": "text"}},
        {"schema": {"N": "99"}},
    ],
)
def test_a_memory_that_cannot_be_read_costs_no_look(near: Table, server: Server, damage: dict[str, Any]) -> None:
    play(near, AT, tls(server.port))
    key = {"pk": {"S": "CERT"}, "sk": {"S": "app"}}
    item = near.client.get_item(TableName=near.name, Key=key)["Item"]
    near.put({**item, **damage})
    (result,) = play(near, AT + RUN, tls(server.port)).results
    assert result.status is Status.OK, result
    assert remembering.load(near)["cert/app"].present is not None


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("found", [{"code": "from-the-future", "severity": "high", "message": "x", "fix": "y"}]),
        ("fetched", ["AAAA"]),
        ("revocations", {"00": {}}),
        ("revocations", []),
        ("served", [{}]),
        ("full_at", "yesterday"),
    ],
)
def test_a_part_of_a_memory_that_makes_no_sense_costs_no_look(
    near: Table, server: Server, part: str, value: object
) -> None:
    play(near, AT, tls(server.port))
    item = near.client.get_item(TableName=near.name, Key={"pk": {"S": "CERT"}, "sk": {"S": "app"}})["Item"]
    stored = json.loads(zlib.decompress(item["memory"]["B"]))
    near.put({**item, "memory": packed(json.dumps(stored | {part: value}))})
    for at in (AT + RUN, AT + DAY):
        (result,) = play(near, at, tls(server.port)).results
        assert result.status is Status.OK, result
