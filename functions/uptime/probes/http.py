"""Looks at HTTP and HTTPS endpoints."""

import base64
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pycurl

from caretaker.core.results import Finding, Measurement, Result, Status
from caretaker.core.targets.http import HttpTarget
from functions.uptime import redirects, transfer
from functions.uptime.addresses import look_at_all
from functions.uptime.answer import Failure
from functions.uptime.conditions import Conditions
from functions.uptime.engine import Ended, Engine
from functions.uptime.expectations import judge_answer
from functions.uptime.failures import Attempt, failure, unresolved
from functions.uptime.judging import finding_of, judged
from functions.uptime.redirects import Refused, Request
from functions.uptime.resolver import Lookup, Resolver
from functions.uptime.roots import bundle
from functions.uptime.transfer import Received, Timings
from functions.uptime.urls import place, shown

_BEGUN_TOGETHER = 8
_BETWEEN_BEGINS = 0.01  # seconds: about as long as so many looks take of a whole CPU
_LONGEST_WAIT = 0.2  # seconds between two looks at the clock


@dataclass(slots=True)
class _Look:
    """A look under way: the request that is being made, and what it took until now."""

    target: HttpTarget
    request: Request
    ca_file: str
    came_from: str = ""
    hops: int = 0
    begun: float | None = None
    dns: float = 0.0
    total: float = 0.0
    busy: float = 0.0
    lookup: Lookup | None = None
    addresses: tuple[str, ...] = ()
    received: Received = field(default_factory=lambda: Received(0))
    timings: Timings | None = None
    status: int = 0


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
        self._waiting: deque[_Look] = deque()
        self._resolving: list[_Look] = []
        self._under_way: dict[pycurl.Curl, _Look] = {}
        self._next_begin = conditions.monotonic()

    def run(self, targets: Sequence[HttpTarget]) -> Iterator[Result]:
        # Targets with the same roots stand together, so that libcurl parses each bundle once.
        looks = [_Look(target, _request(target), bundle(target.ca)) for target in targets]
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

    def _approach(self, look: _Look) -> None:
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

    def _go_on(self, look: _Look) -> Result | None:
        lookup = look.lookup
        assert lookup is not None, "only looks whose name was looked up come here"
        look.dns += lookup.seconds
        if not lookup.addresses:
            return self._failed(look, unresolved(look.request.place.host, lookup.error))
        return self._connect(look, lookup.addresses)

    def _connect(self, look: _Look, addresses: tuple[str, ...]) -> Result | None:
        if look.hops:
            try:
                redirects.check_addresses(look.came_from, look.request.place, addresses, self._conditions.runtime_api)
            except Refused as refusal:
                return self._failed(look, _refused(look, refusal))
        left = look.target.timeout - look.dns - look.total
        if left <= 0:
            return self._failed(look, _no_time_left(look))
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

    def _explain(self, look: _Look, ended: Ended) -> Failure:
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
            connect_timeout=transfer.CONNECT_TIMEOUT,
            addresses=look.addresses,
        )
        return failure(attempt)

    def _answered(self, look: _Look, curl: pycurl.Curl) -> Result | None:
        seconds = max(0.0, look.dns + look.total - look.busy)
        answer = transfer.answer(curl, look.received, seconds)
        look.status = answer.status
        location = answer.header("location")
        if look.target.follow_redirects and answer.status in redirects.STATUSES and location:
            return self._redirected(look, location)
        return self._judged(look, list(judge_answer(look.target, answer)))

    def _redirected(self, look: _Look, location: str) -> Result | None:
        assert look.timings is not None, "the exchange is over"
        if look.hops >= redirects.MOST:
            return self._failed(look, _too_many(look))
        try:
            look.request = redirects.follow(look.request, look.status, location)
        except Refused as refusal:
            return self._failed(look, _refused(look, refusal))
        look.came_from = look.timings.address
        look.hops += 1
        if look.request.place.literal is not None:
            return self._connect(look, (str(look.request.place.literal),))
        self._approach(look)
        return None

    def _failed(self, look: _Look, why: Failure) -> Result:
        return self._judged(look, [finding_of(why, look.target)])

    def _judged(self, look: _Look, findings: Sequence[Finding]) -> Result:
        return judged(
            look.target,
            findings,
            self._conditions,
            healthy=f"answered HTTP {look.status} in {look.dns + look.total:.3f} s",
            where=shown(look.target.url),
            measurements=self._measurements(look),
        )

    def _measurements(self, look: _Look) -> dict[str, Measurement]:
        measured: dict[str, Measurement] = {
            "seconds": round(look.dns + look.total, 4),
            "dns": round(look.dns, 4),
            "url": shown(look.target.url),
            "redirects": look.hops,
        }
        if look.timings:
            measured |= {
                "connect": round(look.timings.connect, 4),
                "tls": round(look.timings.tls, 4),
                "first_byte": round(look.timings.first_byte, 4),
                "address": look.timings.address,
                "http_version": look.timings.http_version,
                "body_bytes": look.received.body_bytes,
            }
        if look.status:
            measured["status_code"] = look.status
        return measured

    def _out_of_time(self) -> Iterator[Result]:
        for curl in self._under_way:
            self._engine.abandon(curl)
        for look in (*self._under_way.values(), *self._resolving):
            yield self._unknown(look, "the look was not finished before the function's deadline")
        for look in self._waiting:
            yield self._unknown(look, "the look could not begin before the function's deadline")

    def _unknown(self, look: _Look, reason: str) -> Result:
        return Result(
            look.target.check,
            Status.UNKNOWN,
            None,
            reason,
            observed_at=self._conditions.observed_at,
            where=self._conditions.redactor.text(shown(look.target.url)),
            group=look.target.group,
        )


def _request(target: HttpTarget) -> Request:
    headers = [f"{name}: {value}" if value else f"{name};" for name, value in target.headers]
    match target.auth:
        case ("basic", user, password):
            encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
            headers.append(f"Authorization: Basic {encoded}")
        case ("bearer", token):
            headers.append(f"Authorization: Bearer {token}")
    return Request(target.url, place(target.url), target.method, tuple(headers), target.body)


def _refused(look: _Look, refusal: Refused) -> Failure:
    return Failure(
        "redirect-refused",
        f"redirect not followed: {refusal}",
        "Watch the URL that it should lead to, and see who has set this redirect.",
        measured=shown(look.request.url),
        limit="a redirect to a safe place",
    )


def _too_many(look: _Look) -> Failure:
    return Failure(
        "too-many-redirects",
        f"still redirected after {redirects.MOST} redirects, last to {shown(look.request.url)}",
        "Follow them with curl -IL: usually two rules (http and https, with and without www) that undo each other.",
        measured=f"more than {redirects.MOST}",
        limit=str(redirects.MOST),
    )


def _no_time_left(look: _Look) -> Failure:
    return Failure(
        "timeout",
        f"no time was left for {shown(look.request.url)} after {look.dns + look.total:.1f} s",
        "See what makes the redirects or the name servers slow.",
        measured=f"{look.dns + look.total:.1f} s",
        limit=f"{look.target.timeout:g} s",
    )
