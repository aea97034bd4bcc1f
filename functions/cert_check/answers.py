"""What was fetched in one run: each address is asked once, and all of it together stays within memory."""

import threading
import time
from dataclasses import dataclass, field

from caretaker.core.network.reach import Realm, realm_of
from functions.cert_check import fetching
from functions.cert_check.fetching import Fetch, Unfetched, named
from functions.cert_check.once import Once

# Measured with lists of 20 MB: judging one takes two more copies of it for a moment, and all else about 80 MB of 256.
_MOST_TOGETHER = 64_000_000


@dataclass
class Answers:
    """The answers of one run, failures among them. ``runtime_api`` is the ``host:port`` of Lambda's Runtime API."""

    runtime_api: str
    most: int = _MOST_TOGETHER
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taken: int = 0
    _known: Once[tuple[str, bytes, Realm], bytes | str] = field(default_factory=Once)  # a text is why there is none

    def fetcher(self, *, ends: float, reached_from: str) -> Fetch:
        """Return what fetches for an endpoint, by its address, before ``ends`` (``time.monotonic``)."""

        def fetch(url: str, *, most: int, data: bytes = b"") -> bytes:
            # What a private endpoint may have fetched must not be given to a public one, nor the refusal the other way.
            key = url, data, realm_of(reached_from)
            try:
                answer = self._known.get(
                    key, lambda: self._ask(url, most, data, ends, reached_from), max(0.0, ends - time.monotonic())
                )
            except TimeoutError:
                raise Unfetched(f"{named(url)}: no complete answer in time") from None
            if isinstance(answer, str):
                raise Unfetched(answer)
            return answer

        return fetch

    def _ask(self, url: str, most: int, data: bytes, ends: float, reached_from: str) -> bytes | str:
        mine = 0

        def take(count: int) -> bool:
            nonlocal mine
            with self._lock:
                if self._taken + count > self.most:
                    return False
                self._taken += count
            mine += count
            return True

        try:
            return fetching.fetch(
                url,
                most=most,
                ends=ends,
                reached_from=reached_from,
                runtime_api=self.runtime_api,
                data=data,
                take=take,
            )
        except Unfetched as failure:
            with self._lock:
                self._taken -= mine
            return str(failure)
