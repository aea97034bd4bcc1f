"""What is under way: so that ``drain`` can tell when nothing is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Work:
    """Counts what is under way, and how many writes tables have seen."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0
        self._writes = 0

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Something is under way inside this block."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """Something has begun; ``end`` has to follow."""
        with self._changed:
            self._under_way += 1

    def end(self) -> None:
        """It has ended."""
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def wrote(self) -> None:
        """A table was written to: readers of streams are woken."""
        with self._changed:
            self._writes += 1
            self._changed.notify_all()

    @property
    def writes(self) -> int:
        """How many writes there have been."""
        with self._changed:
            return self._writes

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        with self._changed:
            return self._under_way == 0

    def wait_for_write(self, seen: int, seconds: float) -> int:
        """Wait until there were more writes than ``seen``, at most so long; return how many there were."""
        with self._changed:
            self._changed.wait_for(lambda: self._writes > seen, timeout=seconds)
            return self._writes
