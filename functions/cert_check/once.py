"""Doing a thing once that many threads want done."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")


class Once(Generic[K, T]):
    """What came of things that were done once, under the keys they were asked for; a failure is kept too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outcomes: dict[K, Future[T]] = {}

    def get(self, key: K, make: Callable[[], T], seconds: float | None = None) -> T:
        """Return what ``make`` returned, or raise what it raised, when it was first called for this key.

        Raise ``TimeoutError`` if another thread is at it, and not done within these seconds.
        """
        with self._lock:
            known = self._outcomes.get(key)
            outcome = self._outcomes[key] = known or Future()
        if known is None:
            try:
                outcome.set_result(make())
            except BaseException as error:
                outcome.set_exception(error)
                raise
        return outcome.result(seconds)
