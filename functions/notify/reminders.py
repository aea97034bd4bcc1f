"""Reminders: what stays open is told again, to whoever was told of it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from caretaker.core.config import AlertsConfig
from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.notification import Notification
from caretaker.core.incidents.reminding import remind
from caretaker.core.incidents.state import State
from caretaker.core.store import changes, states, timelines
from caretaker.core.store.table import Table
from caretaker.core.telemetry import logger

_MOST = 200  # checks in one sweep; the next one has the rest


def remind_of_open_incidents(
    table: Table, config: AlertsConfig, at: datetime, clock: Callable[[], datetime], wait: Callable[[float], None]
) -> int:
    """Put the reminders into the outbox that are due at a sweep's time; return how many there were."""
    every = timedelta(seconds=config.reminder)
    due = sorted(states.open_since(table, at - every)[:_MOST])
    count = 0
    for kind, checks in groupby(due, key=lambda check: check.partition("/")[0]):
        known = dict(_readable(table, checks))
        last = {check: _last(table, state) for check, state in known.items()}

        def decide(state: State, last: dict[str, Notification | None] = last) -> Decision:
            told = last[state.check]
            return remind(state, told, at, every) if told else Decision(state, changed=False)

        run = changes.Run(config.environment, kind, at, clock, wait)
        count += len(changes.commit(table, run, [decide(state) for state in known.values()], decide))
    return count


def _readable(table: Table, checks: Iterable[str]) -> Iterator[tuple[str, State]]:
    for check in checks:
        try:
            yield from states.reload(table, [check]).items()
        except states.UnreadableState as unreadable:
            # The function whose check it is fails for it, so that it is known; the others are reminded of.
            logger.warning("no reminder", check=check, metadata={"error": str(unreadable)})


def _last(table: Table, state: State) -> Notification | None:
    return timelines.last_noted(table, state.incident.id) if state.incident else None
