"""The looks at HTTP endpoints of one round: which of them begins when."""

from collections import deque
from collections.abc import Iterator, Sequence

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.unseen import unknown
from caretaker.core.network.resolver import Resolver
from caretaker.core.network.roots import bundle
from caretaker.core.network.urls import shown
from caretaker.core.results import Result
from caretaker.core.targets.http import HttpTarget
from functions.uptime.engine import Engine
from functions.uptime.http_look import Look
from functions.uptime.http_request import first_request
from functions.uptime.http_under_way import UnderWay

_BEGUN_TOGETHER = 8
_BETWEEN_BEGINS = 0.01  # seconds: about as long as so many looks take of a whole CPU
_LONGEST_WAIT = 0.2  # seconds between two looks at the clock


class Round:
    """The looks of one round: waiting to begin, and under way."""

    def __init__(self, conditions: Conditions, engine: Engine, resolver: Resolver) -> None:
        self._conditions = conditions
        self._engine = engine
        self._under_way = UnderWay(conditions, engine, resolver)
        self._waiting: deque[Look] = deque()
        self._next_begin = conditions.monotonic()

    def run(self, targets: Sequence[HttpTarget]) -> Iterator[Result]:
        """Yield one Result for each target."""
        for target in targets:
            self._under_way.guard(target, self._line_up, target)
        # Targets with the same roots stand together, so that libcurl parses each bundle once.
        self._waiting = deque(sorted(self._waiting, key=lambda look: look.ca_file))
        yield from self._under_way.found()
        while self._waiting or self._under_way:
            if self._conditions.monotonic() >= self._conditions.deadline:
                yield from self._out_of_time()
                return
            for ended in self._engine.step(min(_LONGEST_WAIT, self._begin_some())):
                self._under_way.ended(ended)
                yield from self._under_way.found()
            self._under_way.resolved()
            yield from self._under_way.found()

    def _line_up(self, target: HttpTarget) -> None:
        self._waiting.append(Look(target, first_request(target), bundle(target.ca)))

    def _begin_some(self) -> float:
        """Begin the looks whose turn it is; return after how many seconds the next ones may begin.

        They begin a few at a time, and none while there is something to do for those under way: what answers
        quickly is finished before the next ones begin, which takes little memory and keeps the times of looks
        free of the wait for our own CPU, while up to the limit may wait for servers.
        """
        if not self._engine.is_idle:
            return 0.0
        pause = self._next_begin - self._conditions.monotonic()
        if pause > 0:
            return pause
        self._next_begin = self._conditions.monotonic() + _BETWEEN_BEGINS
        for _ in range(_BEGUN_TOGETHER):
            if not self._waiting or len(self._under_way) >= self._conditions.limit:
                break
            self._under_way.begin(self._waiting.popleft())
        return _BETWEEN_BEGINS if self._waiting else _LONGEST_WAIT

    def _out_of_time(self) -> Iterator[Result]:
        for look in self._under_way.abandon():
            yield self._unknown(look, "the look was not finished before the function's deadline")
        for look in self._waiting:
            yield self._unknown(look, "the look could not begin before the function's deadline")

    def _unknown(self, look: Look, reason: str) -> Result:
        return unknown(look.target, reason, self._conditions, shown(look.target.url))
