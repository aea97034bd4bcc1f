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
    assert type(unexpected(_failed(message), ())) is kind


@pytest.mark.parametrize(
    "said",
    [
        'COPY failed for table "t": ERROR:  new row for relation "t" violates check constraint "t_a_check"',
        'COPY failed for table "t_1": ERROR:  new row for relation "t_1" violates partition constraint',
        'could not execute query: ERROR:  empty range bound specified for partition "t_1"',
        'could not execute query: ERROR:  partition "t_2" would overlap partition "t_1"',
        'COPY failed for table "t": ERROR:  range lower bound must be less than or equal to range upper bound',
    ],
)
def test_what_another_order_of_texts_refuses_is_no_word_against_the_archive(said: str) -> None:
    failure = unexpected(_failed(said), ("C.UTF-8 instead of de-AT of icu",))

    assert isinstance(failure, PlaceFailed)
    assert "perhaps as texts are sorted otherwise here (C.UTF-8 instead of de-AT of icu)" in str(failure)
    assert isinstance(unexpected(_failed(said), ()), Unexplained)


def test_damage_is_not_hidden_behind_rows_that_another_order_of_texts_refuses() -> None:
    refused = 'COPY failed for table "t": ERROR:  new row for relation "t" violates check constraint "t_a_check"'
    damaged = 'COPY failed for table "u": ERROR:  invalid input syntax for type integer'

    assert isinstance(unexpected(_failed(refused, damaged), ("C instead of de-AT",)), Unexplained)


def _failed(*messages: str) -> Outcome:
    return Outcome(1, tuple(Complaint(7, message) for message in messages), len(messages), len(messages), "")
