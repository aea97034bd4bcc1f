"""Looking at every address of a name: each is a look of its own, and together they are one Result.

Only so many addresses of a name are looked at; the others are named as not looked at.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from caretaker.core.looking.conditions import Conditions
from caretaker.core.looking.judging import judged
from caretaker.core.looking.unseen import by_itself, log
from caretaker.core.network.resolver import Resolver
from caretaker.core.network.urls import UnusableUrl, place, shown
from caretaker.core.results import Finding, Result, Severity, Status
from caretaker.core.targets.http import HttpTarget

MOST = 10  # addresses of one name
_SHOWN = 4  # failing addresses that a message explains

Look = Callable[[Sequence[HttpTarget], Conditions], Iterator[Result]]


def look_at_all(targets: Sequence[HttpTarget], look: Look, conditions: Conditions) -> Iterator[Result]:
    """Yield one Result for each target, made of looks at all addresses of its name."""
    known = _addresses(targets, conditions)
    parts = {
        target.check: [replace(target, name=f"{target.name}@{address}", address=address) for address in found[:MOST]]
        or [target]
        for target, found in ((target, known[target.check]) for target in targets)
    }
    results = {result.check: result for result in look([one for some in parts.values() for one in some], conditions)}
    for target in targets:
        seen = [(part.address, results[part.check]) for part in parts[target.check]]
        try:
            yield _together(target, seen, known[target.check][MOST:], conditions)
        except Exception as defect:  # noqa: BLE001 - one target must not cost the others their look
            log(defect, target.check)
            yield by_itself(target, defect, conditions)


def _addresses(targets: Sequence[HttpTarget], conditions: Conditions) -> dict[str, tuple[str, ...]]:
    """Return the addresses of each target's name, both families unless it asks for one; none if it has none."""
    finished = threading.Event()
    resolver = Resolver(finished.set)
    lookups = {}
    for target in targets:
        with suppress(UnusableUrl):  # the look itself says so
            to = place(target.url)
            if to.literal is not None:
                continue
            lookups[target.check] = resolver.look_up(to.host, "both" if target.ip == "any" else target.ip)
    while any(not lookup.done for lookup in lookups.values()):
        if conditions.monotonic() >= conditions.deadline:
            break
        finished.wait(0.2)
        finished.clear()
        resolver.finished()
    resolver.close()
    return {target.check: lookups[target.check].addresses if target.check in lookups else () for target in targets}


def _together(
    target: HttpTarget, seen: Sequence[tuple[str, Result]], left_out: Sequence[str], conditions: Conditions
) -> Result:
    bad = [(address, result) for address, result in seen if result.status is Status.DOWN]
    _, chosen = max(seen, key=lambda one: (one[1].status is Status.DOWN, one[1].status is Status.DEGRADED))
    if len(seen) == 1 or not bad or len(bad) == len(seen) or any(r.status is Status.UNKNOWN for _, r in seen):
        return replace(chosen, check=target.check, measurements={**chosen.measurements, **_listed(seen, left_out)})
    good = next(result for _, result in seen if result.status is not Status.DOWN)
    return judged(
        target,
        [_some_failing(bad, len(seen)), *good.findings],
        conditions,
        healthy=good.summary,
        where=shown(target.url),
        measurements={**good.measurements, **_listed(seen, left_out)},
    )


def _some_failing(bad: Sequence[tuple[str, Result]], number: int) -> Finding:
    reasons = [f"{address} ({result.findings[0].code})" for address, result in bad[:_SHOWN]]
    more = [f"{len(bad) - _SHOWN} more"] if len(bad) > _SHOWN else []
    names = ", ".join([*reasons, *more])
    return Finding(
        "address-failing",
        Severity.HIGH,
        f"{len(bad)} of {number} addresses fail: {names}; {bad[0][1].summary}",
        "Mend that machine, or take its address out of the name's records until it answers again.",
        measured=f"{len(bad)} of {number} fail",
        limit="all answer",
    )


def _listed(seen: Sequence[tuple[str, Result]], left_out: Sequence[str]) -> dict[str, str]:
    looked_at = ", ".join(address for address, _ in seen if address)
    return {"addresses": looked_at} | ({"not_looked_at": ", ".join(left_out)} if left_out else {})
