"""One look at each of many targets."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from queue import SimpleQueue

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.unseen import by_itself, log
from caretaker.core.results import Result
from caretaker.core.targets.base import Target
from functions.uptime.probes import PROBES


def look(targets: Sequence[Target], conditions: Conditions) -> Iterator[Result]:
    """Yield exactly one Result for every target, in the order in which they come.

    Each kind of target is looked at in its own way, all kinds at once. What one kind raises is a defect of the
    checker: it is logged, and the targets of that kind that are left are ``unknown``.
    """
    by_kind: dict[type[Target], list[Target]] = defaultdict(list)
    for target in targets:
        by_kind[type(target)].append(target)
    if len(by_kind) == 1:
        ((kind, members),) = by_kind.items()
        yield from _one_kind(kind, members, conditions)
    else:
        yield from _together(by_kind, conditions)


def _one_kind(kind: type[Target], members: Sequence[Target], conditions: Conditions) -> Iterator[Result]:
    left = {target.check: target for target in members}
    try:
        for result in PROBES[kind]()(members, conditions):
            del left[result.check]
            yield result
    except Exception as defect:  # noqa: BLE001 - one kind must not cost the others their looks
        log(defect, f"uptime/{kind.__name__}")
        for target in left.values():
            yield by_itself(target, defect, conditions)


def _together(by_kind: Mapping[type[Target], Sequence[Target]], conditions: Conditions) -> Iterator[Result]:
    found: SimpleQueue[Result | BaseException | None] = SimpleQueue()

    def work(kind: type[Target], members: Sequence[Target]) -> None:
        try:
            for result in _one_kind(kind, members, conditions):
                found.put(result)
        except BaseException as end:  # noqa: BLE001 - it is raised where the looks are waited for
            found.put(end)
        else:
            found.put(None)

    for kind, members in by_kind.items():
        threading.Thread(target=work, args=(kind, members), daemon=True).start()
    running = len(by_kind)
    while running:
        match found.get():
            case None:
                running -= 1
            case Result() as result:
                yield result
            case BaseException() as end:
                raise end
