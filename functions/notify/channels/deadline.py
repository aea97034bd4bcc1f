"""Work that is given up at its deadline."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 12.0  # seconds that one attempt to deliver a message may take


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return or raise what the work does; raise ``TimeoutError`` if it takes longer.

    Libraries limit each read of an answer, not the whole: who drips holds them for ever. Work that is given up goes
    on in a thread that nobody waits for, not even the process at its end. What it raises then is shown to nobody,
    for it may quote an address.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the work was asked for
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future.result(timeout=seconds)
