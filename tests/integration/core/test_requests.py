from datetime import UTC, datetime

from caretaker.core.store.requests import Progress, look_up, note
from caretaker.core.store.table import Table

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_a_request_that_nobody_has_begun_with_is_not_known(table: Table) -> None:
    assert look_up(table, "r-1") is None


def test_the_last_note_of_a_request_is_what_is_seen(table: Table) -> None:
    note(table, "r-1", Progress("running", {"step": 'dumping "ordérs"', "bytes": 5_000_000_000}), NOW)
    assert look_up(table, "r-1") == Progress("running", {"step": 'dumping "ordérs"', "bytes": 5_000_000_000})

    note(table, "r-1", Progress("done", {"receipt": {"id": "a"}}), NOW)

    assert look_up(table, "r-1") == Progress("done", {"receipt": {"id": "a"}})
    assert look_up(table, "r") is None, "names compare whole"


def test_a_request_is_forgotten_after_a_week(table: Table) -> None:
    note(table, "r-1", Progress("done"), NOW)

    [item] = table.client.scan(TableName=table.name)["Items"]

    assert int(item["expires_at"]["N"]) - NOW.timestamp() == 7 * 24 * 3600
