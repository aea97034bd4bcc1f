"""Watches how much memory running functions hold: the resident size of their processes together."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

_EVERY = 0.1  # seconds; a function can exceed its limit for that long
_MEGABYTE = 1024 * 1024


class MemoryWatch:
    """Calls back when the processes of a running invocation exceed its limit. One thread for all of them."""

    def __init__(self) -> None:
        self._watched: dict[int, tuple[int, Callable[[], None]]] = {}
        self._changed = threading.Condition()
        threading.Thread(target=self._watch, daemon=True).start()

    def start(self, process: int, limit: int, exceeded: Callable[[], None]) -> None:
        """Watch a process and its children from now on; ``limit`` is in megabytes."""
        with self._changed:
            self._watched[process] = (limit, exceeded)
            self._changed.notify()

    def stop(self, process: int) -> None:
        """Watch it no longer."""
        with self._changed:
            self._watched.pop(process, None)

    def _watch(self) -> None:
        wait = threading.Event()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._watched)
                watched = dict(self._watched)
            for process, (limit, exceeded) in watched.items():
                if resident_megabytes(process) > limit:
                    self.stop(process)
                    exceeded()
            wait.wait(_EVERY)


def resident_megabytes(process: int) -> float:
    """Return the resident size of a process and all below it, 0 if it is gone."""
    import psutil

    try:
        root = psutil.Process(process)
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(_resident(one) for one in family) / _MEGABYTE


def _resident(process: "psutil.Process") -> int:
    import psutil

    try:
        return process.memory_info().rss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
