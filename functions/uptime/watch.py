"""One run: a first look at every target, and further looks where the first one is news.

* What would change an incident must be seen again, seconds apart and on new connections, before it counts.
* A bad look whose repetition passes is a blip: the Result is ``ok`` and says what was complained of.
* A bad look that cannot be repeated before the deadline stays bad, and says that it is not confirmed.
* A look at what is bad already, and as bad as known, must not be repeated: it is no news.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from caretaker.core.incidents.state import State, verdict_of
from caretaker.core.results import Result, Status
from caretaker.core.targets.base import Target

Look = Callable[[Sequence[Target]], Iterable[Result]]


@dataclass(frozen=True, slots=True)
class Pace:
    """The time that a run has: ``deadline`` and ``monotonic`` in seconds of one clock, ``wait`` sleeps."""

    deadline: float
    monotonic: Callable[[], float]
    wait: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Repeat:
    """A look to be repeated: what was seen ``first``, what ``last``, and when it is ``due`` again."""

    target: Target
    first: Result
    last: Result
    left: int
    due: float


def watch(targets: Sequence[Target], states: Mapping[str, State], look: Look, pace: Pace) -> Iterator[Result]:
    """Yield one Result for every target, repeated looks included."""
    by_check = {target.check: target for target in targets}
    repeats: list[_Repeat] = []
    for result in look(targets):
        target = by_check[result.check]
        if target.recheck.times and _is_news(states.get(result.check), result):
            due = pace.monotonic() + _gap(target)
            repeats.append(_Repeat(target, result, result, target.recheck.times, due))
        else:
            yield result
    yield from _settle(repeats, look, pace)


def _is_news(state: State | None, result: Result) -> bool:
    incident = state.incident if state else None
    if result.status is Status.UNKNOWN:
        return False
    if incident is None:
        return result.status.is_bad
    return not result.status.is_bad or verdict_of(result).badness > incident.told


def _gap(target: Target) -> float:
    return target.recheck.over / target.recheck.times


def _settle(repeats: list[_Repeat], look: Look, pace: Pace) -> Iterator[Result]:
    """Repeat the looks as they fall due, all that are due together at once, until each is settled."""
    while repeats:
        start = min(repeat.due for repeat in repeats)
        out_of_time = [repeat for repeat in repeats if max(start, repeat.due) + repeat.target.timeout > pace.deadline]
        yield from (replace(repeat.last, confirmed=False) for repeat in out_of_time)
        repeats = [repeat for repeat in repeats if repeat not in out_of_time]
        if not repeats:
            return
        pace.wait(max(0.0, start - pace.monotonic()))
        now = max(start, pace.monotonic())
        due = {repeat.target.check: repeat for repeat in repeats if repeat.due <= now}
        repeats = [repeat for repeat in repeats if repeat.target.check not in due]
        for result in look([repeat.target for repeat in due.values()]):
            settled = _judge(due[result.check], result, pace.monotonic())
            if isinstance(settled, _Repeat):
                repeats.append(settled)
            else:
                yield settled


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
