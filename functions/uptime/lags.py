"""How late this process noticed what happened at its sockets, because it was busy with something else.

* Only the wait for our own CPU must be taken off a server's time, never what the server took meanwhile.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

_WAITED = 0.001  # seconds: a shorter wait for the sockets was none, they were ready before


@dataclass(slots=True)
class Lags:
    """When the sockets were looked at, and since when what was found there may have waited; seconds of one clock."""

    _noticed: list[float] = field(default_factory=list)
    _since: list[float] = field(default_factory=list)

    def looked(self, before: float, after: float) -> None:
        """Take down a look at the sockets that began and ended at these times."""
        waited = after - before > _WAITED
        self._since.append(after if waited or not self._noticed else self._noticed[-1])
        self._noticed.append(after)

    def of(self, moments: Iterable[float]) -> float:
        """Return how many seconds at most things that were dealt with at these moments had waited, all together."""
        waits: dict[int, float] = {}
        for moment in moments:
            index = bisect_right(self._noticed, moment) - 1
            if index >= 0:
                waits[index] = max(waits.get(index, 0.0), moment - self._since[index])
        return sum(waits.values())
