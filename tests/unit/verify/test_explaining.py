"""What of a restore's errors is of the place, and never held against the backup."""

import pytest

from caretaker.archive.restoring.complaints import Complaint
from caretaker.archive.restoring.running import Outcome
from functions.verify.explaining import PlaceFailed, Unexplained, unexpected


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("could not execute query: SSL SYSCALL error: EOF detected", PlaceFailed),
        ("could not execute query: SSL connection has been closed unexpectedly", PlaceFailed),
        ("error returned by PQputCopyData: could not send data to server: Broken pipe", PlaceFailed),
        ("could not execute query: could not receive data from server: Connection timed out", PlaceFailed),
        ("COPY failed for table: ERROR:  cannot execute COPY FROM in a read-only transaction", PlaceFailed),
        ("could not execute query: ERROR:  canceling statement due to user request", PlaceFailed),
        ('could not execute query: ERROR:  relation "orders" already exists', Unexplained),
        ("COPY failed for table: ERROR:  invalid input syntax for type integer", Unexplained),
    ],
)
def test_an_error_that_no_archive_can_cause_is_of_the_place(message: str, kind: type[Exception]) -> None:
    assert type(unexpected(Outcome(1, (Complaint(7, message),), 1, 1, ""))) is kind
