"""What is written beside a run's work fails nothing where it cannot be written."""

from datetime import UTC, datetime, timedelta

import pytest

from caretaker.core import beside
from caretaker.core.store import leases, requests
from caretaker.core.store.requests import Progress
from caretaker.core.store.table import Table
from tests.clients import client_like
from tests.faults import Faults, unreachable

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def broken(table: Table) -> Table:
    """The table, out of reach."""
    client = client_like(table)
    Faults(0, error=unreachable).watch(client)
    return Table(client, table.name)


def test_a_lease_that_cannot_be_given_back_is_logged_and_left_to_run_out(
    table: Table, broken: Table, caplog: pytest.LogCaptureFixture
) -> None:
    lease = leases.take(table, "backup/main", "a run", now=NOW, until=NOW + timedelta(minutes=1))

    beside.give_back(broken, lease)

    assert "the lease could not be given back" in caplog.text
    assert leases.holder(table, "backup/main", NOW) == lease

    beside.give_back(table, lease)

    assert leases.holder(table, "backup/main", NOW) is None


def test_a_note_that_cannot_be_written_is_logged(table: Table, broken: Table, caplog: pytest.LogCaptureFixture) -> None:
    beside.note(broken, "r-1", Progress("running"), NOW)

    assert "a request's progress could not be noted" in caplog.text
    assert requests.look_up(table, "r-1") is None

    beside.note(table, "r-1", Progress("running"), NOW)

    assert requests.look_up(table, "r-1") == Progress("running")


def test_nobodys_request_is_not_noted(table: Table) -> None:
    beside.note(table, "", Progress("running"), NOW)

    assert table.client.scan(TableName=table.name)["Items"] == []
