"""Every backup without a proof is drilled by an invocation of its own, the newest first, and not too many in a day."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.stub import ANY, Stubber

from caretaker.archive.entries import Entry
from caretaker.archive.identity import BackupId
from functions.verify.dispatch import MOST, dispatch, undrilled
from functions.verify.event import OneDrill, asked
from tests.backups import AT as FIRST
from tests.proofs import backed_up

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def days_ago(days: int, **changes: Any) -> Entry:
    return backed_up(FIRST - timedelta(days=days), **changes)


def test_what_has_no_proof_or_could_not_be_drilled_is_drilled_in_its_order() -> None:
    never, unavailable = (
        days_ago(0, drilled=False),
        backed_up(FIRST - timedelta(days=2), "decoded", "drill-unavailable"),
    )

    found = undrilled([never, days_ago(1), unavailable], ["main"])

    assert found == [never.manifest.id, unavailable.manifest.id]


def test_what_a_drill_has_judged_is_not_drilled_again() -> None:
    judged = [
        days_ago(0),
        backed_up(FIRST - timedelta(days=1), "restored", "rows-differ"),
        backed_up(FIRST - timedelta(days=2), "decoded", "too-big-to-drill"),
        backed_up(FIRST - timedelta(days=3), None, "missing-object"),
    ]

    assert undrilled(judged, ["main"]) == []


def test_a_database_that_has_left_the_configuration_is_not_drilled() -> None:
    there = [days_ago(0, drilled=False, database="gone"), days_ago(1, drilled=False)]

    assert undrilled(there, ["main"]) == [there[1].manifest.id]


def test_no_more_than_a_days_share_is_drilled_and_it_is_the_newest() -> None:
    there = [days_ago(days, drilled=False) for days in range(MOST + 5)]

    assert undrilled(there, ["main"]) == [entry.manifest.id for entry in there[:MOST]]


BACKUPS = [BackupId("main", "daily", FIRST), BackupId("other", "emergency", FIRST), BackupId("third", "daily", FIRST)]


def test_each_backup_is_started_with_an_event_that_the_function_takes(stubbed: tuple[Any, Stubber]) -> None:
    client, stubber = stubbed
    payloads: list[bytes] = []
    client.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: payloads.append(params["Payload"])
    )
    expected = {"FunctionName": "f", "InvocationType": "Event", "Payload": ANY}
    for _ in BACKUPS:
        stubber.add_response("invoke", {"StatusCode": 202}, expected)

    assert dispatch(client, "f", AT, BACKUPS) == [backup.text for backup in BACKUPS]

    wanted = [OneDrill(AT, backup.database, backup.text) for backup in BACKUPS]
    assert [asked(json.loads(payload)) for payload in payloads] == wanted
