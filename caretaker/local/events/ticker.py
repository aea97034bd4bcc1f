"""The clock that starts what is scheduled."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Tick = Callable[[datetime], object]


class Ticker:
    """Calls back at the beginning of each minute until it is closed."""

    def __init__(self, tick: Tick) -> None:
        self._tick = tick
        self._closing = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Call back no longer."""
        self._closing.set()

    def _run(self) -> None:
        while True:
            next_minute = _minute(datetime.now(UTC)) + timedelta(minutes=1)
            if self._closing.wait((next_minute - datetime.now(UTC)).total_seconds()):
                return
            self._tick(next_minute)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
