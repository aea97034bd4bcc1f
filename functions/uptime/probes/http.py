"""Looks at HTTP and HTTPS endpoints."""

from collections.abc import Iterator, Sequence

from caretaker.core.looking.conditions import Conditions
from caretaker.core.network.resolver import Resolver
from caretaker.core.results import Result
from caretaker.core.targets.http import HttpTarget
from functions.uptime.addresses import look_at_all
from functions.uptime.engine import Engine
from functions.uptime.http_round import Round


def probe(targets: Sequence[HttpTarget], conditions: Conditions) -> Iterator[Result]:
    """Yield one Result for each target, ``unknown`` for those that the deadline leaves no time for."""
    yield from _look_once([target for target in targets if target.addresses == "first"], conditions)
    everywhere = [target for target in targets if target.addresses == "all"]
    if everywhere:
        yield from look_at_all(everywhere, _look_once, conditions)


def _look_once(targets: Sequence[HttpTarget], conditions: Conditions) -> Iterator[Result]:
    with Engine() as engine:
        resolver = Resolver(engine.wake)
        try:
            yield from Round(conditions, engine, resolver).run(targets)
        finally:
            resolver.close()
