"""A test alert: put into the outbox as a function would, and followed until it is delivered."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from caretaker.core.incidents.notification import Event, Notification
from caretaker.core.results import Severity, Status, timestamp
from caretaker.core.store import changes
from caretaker.core.store.table import Table, delivery_key
from functions.notify import delivery, outbox
from functions.notify.delivery import Delivery

_KIND = "smoke"
_BETWEEN_LOOKS = 0.5  # seconds: the table tells nobody what has changed in it


@dataclass(frozen=True, slots=True)
class Trial:
    """What is sent where: the alert of one stack, by the routes of a severity. ``patience`` is in seconds."""

    table: Table
    environment: str
    stack: str
    severity: Severity
    patience: float

    def send(self) -> list[Delivery]:
        """Send the alert, then its end; return the deliveries of the alert, or of its end if one of those failed.

        The end is sent to whoever was told of the alert, so that nothing stays open at a pager.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        key, alerted = self._announce(Event.OPENED, now, now, None)
        if not alerted:
            return []
        _, ended = self._announce(Event.RESOLVED, now, datetime.now(UTC).replace(microsecond=0), key)
        return alerted if all(map(arrived, ended)) else ended

    def _announce(
        self, event: Event, since: datetime, at: datetime, previous: str | None
    ) -> tuple[str, list[Delivery]]:
        run = changes.Run(self.environment, _KIND, at, lambda: datetime.now(UTC), time.sleep)
        told = Notification(
            event=event,
            incident=f"smoke-{self.stack}-{timestamp(since)}",
            check=f"{_KIND}/{self.stack}",
            group="",
            where="",
            status=Status.DEGRADED if event is Event.OPENED else Status.OK,
            severity=self.severity,
            summary="A test alert, sent by hand or by a deployment: there is nothing to do.",
            findings=(),
            since=since,
            at=at,
            last_good=None,
            previous=previous,
            first=True,
        )
        key = changes.announce(self.table, run, told)
        return key, self._follow(key)

    def _follow(self, key: str) -> list[Delivery]:
        """Return the deliveries once all are settled, or as they are when patience is at its end."""
        ends = time.monotonic() + self.patience
        while True:
            is_planned = any(part.planned is not None for part in outbox.read(self.table, [key]))
            found = self._deliveries(outbox.group_of(key))
            if (is_planned and all(one.is_final for one in found)) or time.monotonic() > ends:
                return found
            time.sleep(_BETWEEN_LOOKS)

    def _deliveries(self, group: str) -> list[Delivery]:
        keys = [(item["pk"]["S"], item["sk"]["S"]) for item in self.table.query(delivery_key(group))]
        return [one for one in delivery.read(self.table, keys) if not one.instead_of]


def arrived(one: Delivery) -> bool:
    """Whether a message was told on its channel, alone or in another message."""
    return one.progress in (delivery.Progress.SENT, delivery.Progress.MERGED)


def all_arrived(deliveries: Sequence[Delivery]) -> bool:
    """Whether there was somebody to tell, and everybody was told."""
    return bool(deliveries) and all(map(arrived, deliveries))
