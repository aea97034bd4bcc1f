"""A bounded resolver: names are looked up by the system, in a limited number of threads.

* A name that stalls must not delay another one: a thread that is stuck is given up and replaced.
* A name must be looked up once a round, however many targets have it.
* The time of a look-up must not hold the time that it waited for its turn.
"""

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

TIMEOUT = 5.0  # seconds that a look-up may take
_AT_ONCE = 32
_MOST_THREADS = 256  # those that are stuck in the system's resolver included

_FAMILIES = {
    "any": (socket.AF_INET, socket.AF_INET6),  # IPv6 only where there is no IPv4
    "4": (socket.AF_INET,),
    "6": (socket.AF_INET6,),
    "both": (socket.AF_UNSPEC,),
}


@dataclass(slots=True)
class Lookup:
    """The look-up of one name: ``addresses`` or ``error`` is set when it is ``done``.

    ``started`` is None while it waits for its turn; ``seconds`` is what it took.
    """

    host: str
    ip: str
    started: float | None = None
    seconds: float = 0.0
    addresses: tuple[str, ...] = ()
    error: str = ""
    done: bool = False


@dataclass
class Resolver:
    """Looks names up in the background, and calls ``wake`` from there whenever one is finished."""

    wake: Callable[[], None]
    getaddrinfo: Callable[..., list[tuple[object, ...]]] = socket.getaddrinfo  # type: ignore[assignment] # narrowed
    _lookups: dict[tuple[str, str], Lookup] = field(default_factory=dict)
    _waiting: "SimpleQueue[Lookup | None]" = field(default_factory=SimpleQueue)
    _finished: "deque[Lookup]" = field(default_factory=deque)
    _threads: int = 0
    _stuck: int = 0

    def look_up(self, host: str, ip: str) -> Lookup:
        """Return the look-up of a name, started now unless this round has one already."""
        known = self._lookups.get((host, ip))
        if known is None:
            known = self._lookups[host, ip] = Lookup(host, ip)
            self._waiting.put(known)
            self._hire()
        return known

    def finished(self) -> list[Lookup]:
        """Return the look-ups that were finished or given up since the last call."""
        found = []
        while self._finished:
            lookup = self._finished.popleft()
            if not lookup.done:
                lookup.done = True
                found.append(lookup)
        return found + self._give_up()

    def close(self) -> None:
        """Let the threads go that are not stuck."""
        for _ in range(self._threads):
            self._waiting.put(None)

    def _give_up(self) -> list[Lookup]:
        now = time.monotonic()
        late = [
            lookup
            for lookup in self._lookups.values()
            if not lookup.done and lookup.started is not None and now - lookup.started > TIMEOUT
        ]
        for lookup in late:
            lookup.done, lookup.seconds = True, now - (lookup.started or now)
            lookup.addresses, lookup.error = (), f"no answer within {TIMEOUT:g} s"
            self._stuck += 1
            self._hire()
        return late

    def _hire(self) -> None:
        if self._threads - self._stuck < _AT_ONCE and self._threads < _MOST_THREADS:
            self._threads += 1
            threading.Thread(target=self._work, name="resolver", daemon=True).start()

    def _work(self) -> None:
        while (lookup := self._waiting.get()) is not None:
            lookup.started = time.monotonic()
            addresses, error = self._ask(lookup)
            if lookup.done:
                continue  # given up in the meantime: nobody waits for it any more
            lookup.seconds = time.monotonic() - lookup.started
            lookup.addresses, lookup.error = addresses, error
            self._finished.append(lookup)
            self.wake()

    def _ask(self, lookup: Lookup) -> tuple[tuple[str, ...], str]:
        error = "the name has no address"
        for family in _FAMILIES[lookup.ip]:
            try:
                found = self.getaddrinfo(lookup.host, None, family, socket.SOCK_STREAM)
            except (OSError, ValueError) as failure:
                error = getattr(failure, "strerror", None) or str(failure)
                continue
            addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))  # type: ignore[index] # sockaddr
            if addresses:
                return addresses, ""
        return (), error
