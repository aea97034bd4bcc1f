"""One look at each of many targets."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from caretaker.core.config import Target
from caretaker.core.results import Result
from functions.uptime.conditions import Conditions
from functions.uptime.probes import PROBES


def look(targets: Sequence[Target], conditions: Conditions) -> Iterator[Result]:
    """Yield exactly one Result for every target, in the order in which they come."""
    by_kind: dict[type[Target], list[Target]] = defaultdict(list)
    for target in targets:
        by_kind[type(target)].append(target)
    for kind, members in by_kind.items():
        yield from PROBES[kind](members, conditions)
