"""Looks at HTTP and HTTPS endpoints."""

from collections import deque
from collections.abc import Iterator, Sequence

import pycurl

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.judging import finding_of, judged
from caretaker.core.network.failure import Failure, unresolved
from caretaker.core.network.line import CONNECT_TIMEOUT
from caretaker.core.network.reach import Refused, check_addresses
from caretaker.core.network.resolver import Resolver
from caretaker.core.network.urls import shown
from caretaker.core.results import Finding, Result, Status
from caretaker.core.targets.http import HttpTarget
from functions.uptime import redirects, transfer
from functions.uptime.addresses import look_at_all
from functions.uptime.engine import Ended, Engine
from functions.uptime.expectations import judge_answer
from functions.uptime.failures import Attempt, failure
from functions.uptime.http_look import Look, first_request, measurements, no_time_left, refused, too_many
from functions.uptime.roots import bundle
from functions.uptime.transfer import Received

_BEGUN_TOGETHER = 8
_BETWEEN_BEGINS = 0.01  # seconds: about as long as so many looks take of a whole CPU
_LONGEST_WAIT = 0.2  # seconds between two looks at the clock


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
            yield from _Round(conditions, engine, resolver).run(targets)
        finally:
            resolver.close()


class _Round:
    """The looks of one round: waiting to begin, waiting for a name, and under way."""

    def __init__(self, conditions: Conditions, engine: Engine, resolver: Resolver) -> None:
        self._conditions = conditions
        self._engine = engine
        self._resolver = resolver
        self._waiting: deque[Look] = deque()
        self._resolving: list[Look] = []
        self._under_way: dict[pycurl.Curl, Look] = {}
        self._next_begin = conditions.monotonic()

    def run(self, targets: Sequence[HttpTarget]) -> Iterator[Result]:
        # Targets with the same roots stand together, so that libcurl parses each bundle once.
        looks = [Look(target, first_request(target), bundle(target.ca)) for target in targets]
        self._waiting.extend(sorted(looks, key=lambda look: look.ca_file))
        while self._waiting or self._resolving or self._under_way:
            if self._conditions.monotonic() >= self._conditions.deadline:
                yield from self._out_of_time()
                return
            for ended in self._engine.step(min(_LONGEST_WAIT, self._begin_some())):
                result = self._ended(ended)
                if result:
                    yield result
            yield from self._resolved()

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
            if not self._waiting or len(self._under_way) + len(self._resolving) >= self._conditions.limit:
                break
            self._approach(self._waiting.popleft())
        return _BETWEEN_BEGINS if self._waiting else _LONGEST_WAIT

    def _approach(self, look: Look) -> None:
        """Go to where the look's request leads: at once, or when its name is resolved."""
        to = look.request.place
        if to.literal is not None:
            self._connect(look, (str(to.literal),))
            return
        if look.target.address and not look.hops:
            self._connect(look, (look.target.address,))
            return
        look.lookup = self._resolver.look_up(to.host, look.target.ip)
        self._resolving.append(look)
        if look.lookup.done:
            self._engine.wake()

    def _resolved(self) -> Iterator[Result]:
        if not self._resolving:
            return
        self._resolver.finished()
        known = [look for look in self._resolving if look.lookup and look.lookup.done]
        if not known:
            return
        self._resolving = [look for look in self._resolving if not (look.lookup and look.lookup.done)]
        for look in known:
            result = self._go_on(look)
            if result:
                yield result

    def _go_on(self, look: Look) -> Result | None:
        lookup = look.lookup
        assert lookup is not None, "only looks whose name was looked up come here"
        look.dns += lookup.seconds
        if not lookup.addresses:
            return self._failed(look, unresolved(look.request.place.host, lookup.error))
        return self._connect(look, lookup.addresses)

    def _connect(self, look: Look, addresses: tuple[str, ...]) -> Result | None:
        if look.hops:
            try:
                check_addresses(look.came_from, look.request.place, addresses, self._conditions.runtime_api)
            except Refused as refusal:
                return self._failed(look, refused(look, refusal))
        left = look.target.timeout - look.dns - look.total
        if left <= 0:
            return self._failed(look, no_time_left(look))
        look.received = Received(look.target.max_body)
        look.addresses = addresses

        def prepare(curl: pycurl.Curl) -> None:
            transfer.prepare(
                curl,
                look.request,
                addresses,
                look.received,
                ca_file=look.ca_file,
                verify=look.target.verify_tls,
                seconds=left,
            )

        self._under_way[self._engine.begin(prepare)] = look
        return None

    def _ended(self, ended: Ended) -> Result | None:
        look = self._under_way.pop(ended.curl)
        look.timings = transfer.timings(ended.curl)
        look.total += look.timings.total
        look.busy += ended.busy
        try:
            if ended.code:
                return self._failed(look, self._explain(look, ended))
            return self._answered(look, ended.curl)
        finally:
            self._engine.release(ended.curl)

    def _explain(self, look: Look, ended: Ended) -> Failure:
        assert look.timings is not None, "the exchange is over"
        look.status = ended.curl.getinfo(pycurl.RESPONSE_CODE)
        attempt = Attempt(
            place=look.request.place,
            code=ended.code,
            text=ended.text,
            system=ended.curl.getinfo(pycurl.OS_ERRNO),
            received=look.received,
            timings=look.timings,
            timeout=look.target.timeout,
            connect_timeout=CONNECT_TIMEOUT,
            addresses=look.addresses,
        )
        return failure(attempt)

    def _answered(self, look: Look, curl: pycurl.Curl) -> Result | None:
        seconds = max(0.0, look.dns + look.total - look.busy)
        answer = transfer.answer(curl, look.received, seconds)
        look.status = answer.status
        location = answer.header("location")
        if look.target.follow_redirects and answer.status in redirects.STATUSES and location:
            return self._redirected(look, location)
        return self._judged(look, list(judge_answer(look.target, answer)))

    def _redirected(self, look: Look, location: str) -> Result | None:
        assert look.timings is not None, "the exchange is over"
        if look.hops >= redirects.MOST:
            return self._failed(look, too_many(look))
        try:
            look.request = redirects.follow(look.request, look.status, location)
        except Refused as refusal:
            return self._failed(look, refused(look, refusal))
        look.came_from = look.timings.address
        look.hops += 1
        if look.request.place.literal is not None:
            return self._connect(look, (str(look.request.place.literal),))
        self._approach(look)
        return None

    def _failed(self, look: Look, why: Failure) -> Result:
        return self._judged(look, [finding_of(why, look.target)])

    def _judged(self, look: Look, findings: Sequence[Finding]) -> Result:
        return judged(
            look.target,
            findings,
            self._conditions,
            healthy=f"answered HTTP {look.status} in {look.dns + look.total:.3f} s",
            where=shown(look.target.url),
            measurements=measurements(look),
        )

    def _out_of_time(self) -> Iterator[Result]:
        for curl in self._under_way:
            self._engine.abandon(curl)
        for look in (*self._under_way.values(), *self._resolving):
            yield self._unknown(look, "the look was not finished before the function's deadline")
        for look in self._waiting:
            yield self._unknown(look, "the look could not begin before the function's deadline")

    def _unknown(self, look: Look, reason: str) -> Result:
        return Result(
            look.target.check,
            Status.UNKNOWN,
            None,
            reason,
            observed_at=self._conditions.observed_at,
            where=self._conditions.redactor.text(shown(look.target.url)),
            group=look.target.group,
        )
