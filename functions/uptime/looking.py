"""One look at each of many targets."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from queue import SimpleQueue

from caretaker.core.looking.conditions import Conditions
from caretaker.core.results import Result
from caretaker.core.targets.base import Target
from functions.uptime.probes import PROBES, Probe


def look(targets: Sequence[Target], conditions: Conditions) -> Iterator[Result]:
    """Yield exactly one Result for every target, in the order in which they come.

    Each kind of target is looked at in its own way, all kinds at once.
    """
    by_kind: dict[type[Target], list[Target]] = defaultdict(list)
    for target in targets:
        by_kind[type(target)].append(target)
    probes = [(PROBES[kind](), members) for kind, members in by_kind.items()]
    if len(probes) == 1:
        ((probe, members),) = probes
        yield from probe(members, conditions)
    else:
        yield from _together(probes, conditions)


def _together(probes: Sequence[tuple[Probe, Sequence[Target]]], conditions: Conditions) -> Iterator[Result]:
    found: SimpleQueue[Result | BaseException | None] = SimpleQueue()

    def work(probe: Probe, members: Sequence[Target]) -> None:
        try:
            for result in probe(members, conditions):
                found.put(result)
        except BaseException as failure:  # noqa: BLE001 - it is raised where the looks are waited for
            found.put(failure)
        else:
            found.put(None)

    for probe, members in probes:
        threading.Thread(target=work, args=(probe, members), daemon=True).start()
    running = len(probes)
    while running:
        match found.get():
            case None:
                running -= 1
            case Result() as result:
                yield result
            case BaseException() as failure:
                raise failure
