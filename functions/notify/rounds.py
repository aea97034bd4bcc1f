"""Trying deliveries until nothing more can be done in the time there is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from caretaker.core.store.table import NewerItem, Table
from caretaker.core.telemetry import logger
from functions.notify import delivery
from functions.notify.channels.deadline import PATIENCE
from functions.notify.delivery import Key
from functions.notify.sending import Sender

_WORTH_WAITING = 20.0  # seconds: what is due later is left to the sweep
# Seconds: an attempt, another one where the channel's secret turns out to be another now, and writing it down.
_ONE_ATTEMPT = 2 * PATIENCE + 1.0


@dataclass(frozen=True, slots=True)
class Time:
    """The time of an invocation: ``left`` gives its seconds that remain, ``wait`` sleeps."""

    clock: Callable[[], datetime]
    left: Callable[[], float]
    wait: Callable[[float], None]


def deliver_all(table: Table, sender: Sender, keys: Iterable[Key], time: Time) -> None:
    """Try deliveries, and try again what comes due soon, as long as there is time."""
    waiting = list(dict.fromkeys(keys))
    while waiting and time.left() > _ONE_ATTEMPT:
        later: list[Key] = []
        for key in waiting:
            if time.left() <= _ONE_ATTEMPT:
                return
            later += _tried(sender, key)
        waiting = list(dict.fromkeys(later))
        if not waiting:
            return
        pause = _pause(table, waiting, time.clock())
        if pause > min(_WORTH_WAITING, time.left() - _ONE_ATTEMPT):
            return
        time.wait(max(0.0, pause))


def _tried(sender: Sender, key: Key) -> list[Key]:
    try:
        return sender.deliver(key)
    except NewerItem as newer:
        # It stays due: the alarm of waiting messages tells of it, and the others go their way.
        logger.error("a delivery is left to a newer version", metadata={"error": str(newer)})
        return []


def _pause(table: Table, keys: list[Key], now: datetime) -> float:
    """Return the seconds until the first of these deliveries is due."""
    due = [(one.due_at - now).total_seconds() for one in delivery.read(table, keys) if not one.is_final]
    return min(due, default=_WORTH_WAITING + 1)
