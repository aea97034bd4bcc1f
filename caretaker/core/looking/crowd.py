"""Many blocking looks at once, in a bounded number of threads."""

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.unseen import by_itself, log, unknown
from caretaker.core.results import Result
from caretaker.core.targets.base import Target

AT_ONCE = 50
_T = TypeVar("_T", bound=Target)


def each(targets: Sequence[_T], look: Callable[[_T], Result], conditions: Conditions) -> Iterator[Result]:
    """Yield what ``look`` finds at each target; ``unknown`` for those that the deadline leaves no time for.

    A look that raises is a defect of the checker: it is logged, and the target is ``unknown``.
    """
    waiting: SimpleQueue[_T | None] = SimpleQueue()
    finished: SimpleQueue[Result] = SimpleQueue()
    left = {target.check: target for target in targets}
    threads = min(AT_ONCE, conditions.limit, len(targets))
    for target in targets:
        waiting.put(target)
    for _ in range(threads):
        waiting.put(None)
        # A thread that is stuck in a system call must not keep the process from ending.
        threading.Thread(target=_work, args=(waiting, finished, look, conditions), daemon=True).start()
    while left:
        try:
            result = finished.get(timeout=max(0.0, conditions.deadline - conditions.monotonic()))
        except Empty:
            break
        del left[result.check]
        yield result
    for target in left.values():
        yield unknown(target, "the look was not finished before the function's deadline", conditions)


def _work(
    waiting: "SimpleQueue[_T | None]",
    finished: "SimpleQueue[Result]",
    look: Callable[[_T], Result],
    conditions: Conditions,
) -> None:
    while (target := waiting.get()) is not None:
        if conditions.monotonic() >= conditions.deadline:
            return
        try:
            finished.put(look(target))
        except Exception as defect:  # noqa: BLE001 - one target must not cost the others their look
            log(defect, target.check)
            finished.put(by_itself(target, defect, conditions))
