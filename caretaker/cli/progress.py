"""A progress bar that appears only when it is worth it."""

import sys
from collections.abc import Iterable, Iterator
from threading import Lock, Timer
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_PATIENCE = 2.0  # seconds that nobody minds waiting without a sign

Item = TypeVar("Item")


def shown_late(items: Iterable[Item], total: int) -> Iterator[Item]:
    """Yield the items; once that takes over two seconds, show on a terminal's stderr how many have come."""
    if not sys.stderr.isatty():
        yield from items
        return
    columns = (TextColumn("looking"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("looking", total=total)
    lock, ended = Lock(), False

    def start() -> None:
        with lock:
            if not ended:
                bar.start()

    timer = Timer(_PATIENCE, start)
    timer.daemon = True
    timer.start()
    try:
        for item in items:
            bar.advance(task)
            yield item
    finally:
        timer.cancel()
        with lock:
            ended = True
            bar.stop()
