"""How far a restore has come, as people see it: the bytes that have come, and the tables that are done."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from caretaker.core.sizes import spoken_size


class ShownProgress:
    """Two bars, one of bytes and one of tables; the latter moves without an end where neither is known."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._bytes = bars.add_task("", total=None, amount="", visible=False)
        self._tables = bars.add_task("", total=None, amount="", visible=False)
        self._name = ""

    def stage(self, name: str) -> None:
        """Show what is being done from now on."""
        self._name = name
        self._bars.update(self._bytes, visible=False)
        self._bars.reset(self._tables, description=name, total=None, amount="", visible=True)
        self._bars.refresh()

    def bytes(self, done: int, total: int) -> None:
        """Show how many bytes have come."""
        self._show(self._bytes, done, total, f"{spoken_size(done)} of {spoken_size(total)}")
        if self._bars.tasks[self._tables].total is None:
            self._bars.update(self._tables, visible=False)

    def tables(self, done: int, total: int) -> None:
        """Show how many tables are done."""
        self._show(self._tables, done, total, f"{done:,} of {total:,} tables")

    def _show(self, task: TaskID, done: int, total: int, amount: str) -> None:
        self._bars.update(task, description=self._name, completed=done, total=total, amount=amount, visible=True)


@contextmanager
def shown() -> Iterator[ShownProgress]:
    """Give a progress that is shown on a terminal's stderr, and nowhere else."""
    with bars_on(Console(stderr=True)) as bars:
        yield ShownProgress(bars)


def bars_on(console: Console) -> Progress:
    """Return the bars as they are drawn: where people watch, and nowhere else."""
    # Short enough for the ^C that a terminal adds: a line that it breaks could not be taken away whole.
    bar = BarColumn(bar_width=24)
    columns = (TextColumn("{task.description}"), bar, TextColumn("{task.fields[amount]}"), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
