"""The golden backup: what was in the database."""

from pathlib import Path

STATEMENTS = (
    "create table orders (id bigint primary key, note text not null, paid numeric(10, 2), at timestamptz)",
    """
    insert into orders
    select n, 'order ' || n, n * 1.25, timestamptz '2026-11-20 00:00:00+00' + n * interval '1 minute'
      from generate_series(1, 200) n
    """,
    "create table empty_one (id int)",
    "create sequence numbers start 42",
    "select nextval('numbers')",
    "create view late as select * from orders where id > 150",
)
ROWS = 200


def FOLDER(number: str) -> Path:  # noqa: N802 - a place, that depends on the schema's number
    """Return where the objects of the backup are, by their keys."""
    return Path(__file__).with_name(f"backup-{number}")
