"""One run: a first look at every target, and further looks where the first one is news.

* What would change an incident must be seen again, seconds apart and on new connections, before it counts.
* A bad look whose repetition passes is a blip: the Result is ``ok`` and says what was complained of.
* A bad look that cannot be repeated before the deadline stays bad, and says that it is not confirmed.
* A look at what is bad already, and as bad as known, must not be repeated: it is no news.
* Where more looks are to be repeated than are possible at once, each must be repeated only once, at the end of its
  span: a run has to end in time.
* Where all failures may be the checker's own, control targets must be looked at together with the looks that decide.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from caretaker.core.incidents.state import State, verdict_of
from caretaker.core.looking.suspicion import is_network_failure, may_be_our_own
from caretaker.core.results import Result, Status
from caretaker.core.targets.base import Target

MANY = 200  # looks to be repeated: as many as there can be at once
FEWEST_CONTROLS = 2  # one alone says nothing of the network

Look = Callable[[Sequence[Target]], Iterable[Result]]


@dataclass(frozen=True, slots=True)
class Pace:
    """The time that a run has: ``deadline`` and ``monotonic`` in seconds of one clock, ``wait`` sleeps."""

    deadline: float
    monotonic: Callable[[], float]
    wait: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run saw: one Result for every target. ``network_lost`` says that the failures are the checker's own."""

    results: list[Result]
    network_lost: bool


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A look to be repeated: what was seen ``first``, what ``last``, and when it is ``due`` again."""

    target: Target
    first: Result
    last: Result
    left: int
    due: float


def watch(
    targets: Sequence[Target], states: Mapping[str, State], look: Look, pace: Pace, controls: Sequence[Target] = ()
) -> Seen:
    """Look at every target, repeated looks included, and at the control targets where that may matter."""
    return _Watch(look, pace, controls).run(targets, states)


@dataclass(slots=True)
class _Watch:
    """A run under way. ``lost`` says of a check whether all controls failed beside the look that decided."""

    look: Look
    pace: Pace
    controls: Sequence[Target]
    results: list[Result] = field(default_factory=list)
    lost: dict[str, bool] = field(default_factory=dict)

    def run(self, targets: Sequence[Target], states: Mapping[str, State]) -> Seen:
        by_check = {target.check: target for target in targets}
        repeats: list[_Repeat] = []
        for result in self.look(targets):
            target = by_check[result.check]
            if target.recheck.times and _is_news(states.get(result.check), result):
                due = self.pace.monotonic() + _gap(target)
                repeats.append(_Repeat(target, result, result, target.recheck.times, due))
            else:
                self.results.append(result)
        if len(repeats) > MANY:
            repeats = list(map(_at_the_end_of_its_span, repeats))
        while repeats:
            repeats = self._round(repeats)
        return Seen(self.results, network_lost=self._network_lost())

    def _round(self, repeats: list[_Repeat]) -> list[_Repeat]:
        """Repeat the looks that are due next, all that are due together at once; return those that are still open."""
        start = min(repeat.due for repeat in repeats)
        in_time = [repeat for repeat in repeats if max(start, repeat.due) + repeat.target.timeout <= self.pace.deadline]
        waiting = {repeat.target.check for repeat in in_time}
        self.results += [
            replace(repeat.last, confirmed=False) for repeat in repeats if repeat.target.check not in waiting
        ]
        if not in_time:
            return []
        self.pace.wait(max(0.0, start - self.pace.monotonic()))
        now = max(start, self.pace.monotonic())
        due = {repeat.target.check: repeat for repeat in in_time if repeat.due <= now}
        still_open = [repeat for repeat in in_time if repeat.target.check not in due]
        for result in self._look_beside_controls(list(due.values())):
            settled = _judge(due[result.check], result, self.pace.monotonic())
            if isinstance(settled, _Repeat):
                still_open.append(settled)
            else:
                self.results.append(settled)
        return still_open

    def _look_beside_controls(self, repeats: Sequence[_Repeat]) -> list[Result]:
        suspect = any(is_network_failure(repeat.last) for repeat in repeats)
        controls = {control.check: control for control in (self.controls if suspect else ())}
        found = list(self.look([*(repeat.target for repeat in repeats), *controls.values()]))
        all_failed = _all_failed([result for result in found if result.check in controls], len(self.controls))
        self.lost |= {repeat.target.check: suspect and all_failed for repeat in repeats}
        return [result for result in found if result.check not in controls]

    def _network_lost(self) -> bool:
        if not self.controls or not may_be_our_own(self.results):
            return False
        bad = [result.check for result in self.results if result.status.is_bad]
        decided_without_controls = [check for check in bad if check not in self.lost]
        if not all(self.lost.get(check, True) for check in bad):
            return False
        if not decided_without_controls:
            return True
        longest = max(control.timeout for control in self.controls)
        if self.pace.monotonic() + longest > self.pace.deadline:
            return False
        return _all_failed(list(self.look(self.controls)), len(self.controls))


def _all_failed(controls: Sequence[Result], number: int) -> bool:
    return len(controls) == number >= FEWEST_CONTROLS and all(is_network_failure(result) for result in controls)


def _is_news(state: State | None, result: Result) -> bool:
    incident = state.incident if state else None
    if result.status is Status.UNKNOWN:
        return False
    if incident is None:
        return result.status.is_bad
    return not result.status.is_bad or bool(incident.suppressed_by) or verdict_of(result).badness > incident.told


def _at_the_end_of_its_span(repeat: _Repeat) -> _Repeat:
    return replace(repeat, left=1, due=repeat.due - _gap(repeat.target) + repeat.target.recheck.over)


def _gap(target: Target) -> float:
    return target.recheck.over / target.recheck.times


def _judge(repeat: _Repeat, result: Result, now: float) -> Result | _Repeat:
    if result.status is Status.UNKNOWN:
        return replace(repeat.last, confirmed=False)
    if repeat.first.status.is_bad and not result.status.is_bad:
        return replace(result, blip=repeat.first.findings)
    if result.status.is_bad and not repeat.first.status.is_bad:
        return result
    if repeat.left > 1:
        return replace(repeat, last=result, left=repeat.left - 1, due=now + _gap(repeat.target))
    return result
