"""How many tables are done is taken from what pg_restore says, and is all of them in the end."""

from typing import Any

import pytest

from caretaker.archive.restoring.progress import TablesDone


class Heard:
    """A progress that keeps how many tables are done."""

    def __init__(self) -> None:
        self.tables_done: list[int] = []

    def tables(self, done: int, total: int) -> None:
        assert total == 2
        self.tables_done.append(done)


@pytest.mark.parametrize(
    ("jobs", "said"),
    [
        (1, ['processing data for table "public.a"', 'processing data for table "public.b"']),
        (2, ["finished item 9 TABLE DATA a", "launching item 8 TABLE DATA b", "finished item 8 TABLE DATA b"]),
    ],
)
def test_each_table_counts_once(jobs: int, said: list[str]) -> None:
    heard: Any = Heard()
    tables = TablesDone(2, jobs, heard)
    for line in (*said, said[-1]):
        tables.hear(line)
    tables.end()

    assert heard.tables_done == [1, 2]


def test_what_two_sessions_say_into_each_other_is_made_up_for_in_the_end() -> None:
    heard: Any = Heard()
    tables = TablesDone(2, 2, heard)
    tables.hear("finished item 9 TABLE DATA a")
    tables.hear("finished finished item 8 TABLE DATA bitem 7 INDEX c")
    tables.end()

    assert heard.tables_done == [1, 2]
