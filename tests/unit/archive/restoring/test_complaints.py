"""What pg_restore complains of is understood, also where its sessions speak at the same time."""

from caretaker.archive.restoring.complaints import Complaint, Complaints
from caretaker.core.secrets import Redactor


def test_an_error_is_of_the_item_that_was_named_before_it() -> None:
    heard = Complaints(Redactor())
    for line in (
        "pg_restore: from TOC entry 17; 1259 16385 TABLE orders app",
        'pg_restore: error: could not execute query: ERROR:  relation "orders" already exists',
    ):
        heard.hear(line)

    assert heard.kept == [Complaint(17, 'could not execute query: ERROR:  relation "orders" already exists')]


def test_an_error_is_one_although_another_session_has_spoken_into_it() -> None:
    heard = Complaints(Redactor())
    heard.hear('pg_restore: pg_restore: error: COPY failed for table "orders": ERROR:  it is refused')

    assert (heard.count, [one.message for one in heard.kept]) == (
        1,
        ['COPY failed for table "orders": ERROR:  it is refused'],
    )
