"""How far a restore has come, drawn on a terminal of 80 columns."""

from io import StringIO

import pytest
from rich.console import Console

from caretaker.cli.restore_progress import ShownProgress, bars_on

GB = 1_000_000_000


class Drawn:
    """A terminal that only shows, and the progress on it."""

    def __init__(self) -> None:
        self.bars = bars_on(Console(file=StringIO(), force_terminal=True, color_system=None, width=80))
        self.progress = ShownProgress(self.bars)

    def lines(self) -> list[str]:
        """Return what is drawn now."""
        with self.bars.console.capture() as captured:
            self.bars.console.print(self.bars.get_renderable())
        return captured.get().splitlines()


@pytest.fixture
def drawn() -> Drawn:
    return Drawn()


def test_a_stage_is_shown_before_anything_is_known_of_it(drawn: Drawn) -> None:
    drawn.progress.stage("gathering statistics")

    [line] = drawn.lines()
    assert line.startswith("gathering statistics ")


def test_while_bytes_come_and_no_table_is_known_there_is_one_bar(drawn: Drawn) -> None:
    drawn.progress.stage("downloading")
    drawn.progress.bytes(100 * GB + GB // 2, 999 * GB)

    [line] = drawn.lines()
    assert line.startswith("downloading ")
    assert "100.5 GB of 999.0 GB" in line


def test_through_a_pipe_bytes_and_tables_are_shown_both(drawn: Drawn) -> None:
    drawn.progress.stage("restoring")
    drawn.progress.bytes(3 * GB, 9 * GB)
    drawn.progress.tables(12_345, 23_456)

    first, second = drawn.lines()
    assert "3.0 GB of 9.0 GB" in first
    assert "12,345 of 23,456 tables" in second


def test_another_stage_begins_with_a_bar_of_its_own(drawn: Drawn) -> None:
    drawn.progress.stage("restoring")
    drawn.progress.bytes(3 * GB, 9 * GB)
    drawn.progress.tables(4, 4)
    drawn.progress.stage("comparing")

    [line] = drawn.lines()
    assert line.startswith("comparing ")
    assert "tables" not in line


@pytest.mark.parametrize("name", ["downloading", "restoring", "gathering statistics", "comparing"])
def test_no_line_is_so_long_that_ctrl_c_would_break_it(drawn: Drawn, name: str) -> None:
    drawn.progress.stage(name)
    drawn.progress.bytes(999_999 * GB, 999_999 * GB)
    drawn.progress.tables(99_999, 99_999)

    assert max(len(line.rstrip()) for line in drawn.lines()) <= 80 - len("^C")
