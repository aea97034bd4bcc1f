"""Looks at HTTP endpoints that have begun: from the name of their first address to their Result."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import ParamSpec

import pycurl

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.judging import finding_of
from caretaker.core.looking.unseen import by_itself, log, unknown
from caretaker.core.network.failure import Failure, unresolved
from caretaker.core.network.reach import Refused, check_addresses
from caretaker.core.network.resolver import Resolver
from caretaker.core.network.urls import UnusableUrl
from caretaker.core.results import Finding, Result
from caretaker.core.targets.http import HttpTarget
from functions.uptime import redirects, transfer
from functions.uptime.engine import Ended, Engine
from functions.uptime.expectations import judge_answer
from functions.uptime.http_look import Look, cut_off, no_time_left, refused, too_many
from functions.uptime.http_request import UnusableHeader
from functions.uptime.http_result import explained, result
from functions.uptime.transfer import Received

_TOO_LATE = 0.1  # of a timeout: if its end was noticed later than this, the answer may have come before
_MOST_REPEATS = 3  # of a look whose timeout was noticed too late
_P = ParamSpec("_P")


class UnderWay:
    """The looks that have begun: waiting for a name, or for an answer. What they come to is taken from ``found``.

    A look that raises is a defect of the checker: it is logged, and its target is ``unknown``.
    """

    def __init__(self, conditions: Conditions, engine: Engine, resolver: Resolver) -> None:
        self._conditions = conditions
        self._engine = engine
        self._resolver = resolver
        self._resolving: list[Look] = []
        self._answering: dict[pycurl.Curl, Look] = {}
        self._results: deque[Result] = deque()

    def __len__(self) -> int:
        return len(self._resolving) + len(self._answering)

    def found(self) -> Iterator[Result]:
        """Yield the Results that there are by now."""
        while self._results:
            yield self._results.popleft()

    def begin(self, look: Look) -> None:
        """Begin a look."""
        self.guard(look.target, self._approach, look)

    def ended(self, ended: Ended) -> None:
        """Take an exchange that is over."""
        look = self._answering.pop(ended.curl)
        self.guard(look.target, self._ended, look, ended)

    def resolved(self) -> None:
        """Go on with the looks whose names have been looked up."""
        if not self._resolving:
            return
        self._resolver.finished()
        known = [look for look in self._resolving if look.lookup and look.lookup.done]
        if not known:
            return
        self._resolving = [look for look in self._resolving if not (look.lookup and look.lookup.done)]
        for look in known:
            self.guard(look.target, self._go_on, look)

    def abandon(self) -> list[Look]:
        """Give up all that is not over, and return it."""
        for curl in self._answering:
            self._engine.abandon(curl)
        return [*self._answering.values(), *self._resolving]

    def guard(self, target: HttpTarget, step: Callable[_P, None], *args: _P.args, **named: _P.kwargs) -> None:
        """Do something for one target, whose Result it is if that raises."""
        try:
            step(*args, **named)
        except (UnusableUrl, UnusableHeader) as unusable:
            self._results.append(unknown(target, f"could not look: {unusable}", self._conditions))
        except Exception as defect:  # noqa: BLE001 - one target must not cost the others their look
            log(defect, target.check)
            self._results.append(by_itself(target, defect, self._conditions))

    def _approach(self, look: Look) -> None:
        """Go to where the look's request leads: at once, or when its name is resolved."""
        to = look.request.place
        if to.literal is not None:
            self._connect(look, (str(to.literal),))
        elif look.target.address and not look.hops:
            self._connect(look, (look.target.address,))
        else:
            look.lookup = self._resolver.look_up(to.host, look.target.ip)
            self._resolving.append(look)
            if look.lookup.done:
                self._engine.wake()

    def _go_on(self, look: Look) -> None:
        lookup = look.lookup
        assert lookup is not None, "only looks whose name was looked up come here"
        look.dns += lookup.seconds
        if lookup.addresses:
            self._connect(look, lookup.addresses)
        else:
            self._failed(look, unresolved(look.request.place.host, lookup.error))

    def _connect(self, look: Look, addresses: tuple[str, ...]) -> None:
        if look.hops:
            try:
                check_addresses(look.came_from, look.request.place, addresses, self._conditions.runtime_api)
            except Refused as refusal:
                self._failed(look, refused(look, refusal))
                return
        left = look.target.timeout - look.dns - look.total
        if left <= 0:
            self._failed(look, no_time_left(look))
            return
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

        self._answering[self._engine.begin(prepare)] = look

    def _ended(self, look: Look, ended: Ended) -> None:
        try:
            timings = transfer.timings(ended.curl)
            if ended.code == pycurl.E_OPERATION_TIMEDOUT and self._noticed_too_late(look, ended.at):
                look.repeats += 1
                self._connect(look, look.addresses)
                return
            look.timings = timings
            look.total += timings.total
            look.late += self._engine.lags.of(timings.moments(ended.at))
            if ended.code:
                self._failed(look, explained(look, ended))
            else:
                self._answered(look, ended.curl)
        finally:
            self._engine.release(ended.curl)

    def _noticed_too_late(self, look: Look, at: float) -> bool:
        """Whether an answer may have come in time, while this process was busy."""
        return look.repeats < _MOST_REPEATS and self._engine.lags.of([at]) > _TOO_LATE * look.target.timeout

    def _answered(self, look: Look, curl: pycurl.Curl) -> None:
        seconds = max(0.0, look.dns + look.total - look.late)
        answer = transfer.answer(curl, look.received, seconds)
        look.status = answer.status
        location = answer.header("location")
        if not look.received.head_is_complete:
            self._failed(look, cut_off(look))
        elif look.target.follow_redirects and answer.status in redirects.STATUSES and location:
            self._redirected(look, location)
        else:
            self._judged(look, list(judge_answer(look.target, answer)))

    def _redirected(self, look: Look, location: str) -> None:
        assert look.timings is not None, "the exchange is over"
        if look.hops >= redirects.MOST:
            self._failed(look, too_many(look))
            return
        try:
            look.request = redirects.follow(look.request, look.status, location)
        except Refused as refusal:
            self._failed(look, refused(look, refusal))
            return
        look.came_from = look.timings.address
        look.hops += 1
        self._approach(look)

    def _failed(self, look: Look, why: Failure) -> None:
        self._judged(look, [finding_of(why, look.target)])

    def _judged(self, look: Look, findings: Sequence[Finding]) -> None:
        self._results.append(result(look, findings, self._conditions))
