"""From the outbox to deliveries: who is to be told of a group.

* A group must be planned exactly once, whoever tries, and however often.
* What told of an incident before must be planned before, so that it is known who was told; unless it is told by the
  same message: a reminder, and the end that was seen in the same minute.
* An alarm goes by the routes of today; an update goes to whoever was told of the incident.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from caretaker.core.config import AlertsConfig
from caretaker.core.incidents.notification import Event
from caretaker.core.results import Severity
from caretaker.core.store.table import Conflict, Table, delivery_key
from caretaker.core.telemetry import logger
from functions.notify import delivery, outbox, told
from functions.notify.delivery import Delivery, Key, sort_key
from functions.notify.member import Member
from functions.notify.outbox import Part

_PARTS_TOGETHER = 80  # a transaction takes 100 actions; the rest are the deliveries
_CONFLICTS = 3


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans groups with the configuration of today."""

    table: Table
    config: AlertsConfig
    clock: Callable[[], datetime]

    def plan(self, name: str, waiting: frozenset[str] = frozenset()) -> list[Key]:
        """Plan what is not planned of a group, and return the keys of its deliveries that are new.

        ``waiting`` are groups that wait for this one, which is then planned even if it is not complete.
        """
        for _ in range(_CONFLICTS):
            try:
                return self._plan(name, waiting | {name})
            except Conflict:
                continue  # somebody else was faster: see what is left
        return []

    def _plan(self, name: str, waiting: frozenset[str]) -> list[Key]:
        found = outbox.parts(self.table, name)
        open_parts = [part for part in found if part.planned is None]
        if not open_parts or not (len(waiting) > 1 or outbox.is_complete(found, self.clock())):
            return []
        planned_before = len(open_parts) < len(found)
        new: list[Key] = []
        for start in range(0, len(open_parts), _PARTS_TOGETHER):
            together = open_parts[start : start + _PARTS_TOGETHER]
            new += self._plan_together(name, together, waiting, first=not planned_before and start == 0)
        return new

    def _plan_together(self, name: str, together: Sequence[Part], waiting: frozenset[str], *, first: bool) -> list[Key]:
        for part in together:
            if part.damaged:
                logger.error("an item of the outbox cannot be read", outbox=part.sk, metadata={"error": part.damaged})
        members = [member for part in together for member in part.members]
        earlier = self._plan_earlier(members, waiting)
        routed = self._route(outbox.group(name), members)
        batch = "" if first else _batch(together)
        new = self._deliveries(name, together, batch, routed, earlier)
        now = self.clock()
        self.table.transact(
            [
                *(delivery.put(self.table, one) for one in new),
                *(outbox.mark_planned(self.table, part, batch, now) for part in together),
            ]
        )
        return [one.key for one in new]

    def _plan_earlier(self, members: Iterable[Member], waiting: frozenset[str]) -> dict[str, Part]:
        """Plan what told of these incidents before, and return it by its sort key, but not what waits for this."""
        previous = {member.previous for member in members if member.previous}
        unplanned = {part.group for part in outbox.read(self.table, previous) if part.planned is None}
        for group in sorted(unplanned - waiting):
            self.plan(group, waiting)
        found = outbox.read(self.table, previous)
        return {part.sk: part for part in found if part.planned is not None or part.group not in waiting}

    def _route(self, group: outbox.Group, members: Sequence[Member]) -> dict[str, list[Member]]:
        """Return the members by channel, and remember who will have been told."""
        known = told.channels(self.table, {member.incident for member in members if member.event is not Event.OPENED})
        route = frozenset(self.config.routes.get(Severity(group.severity), ()))
        routed: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            before = known.get(member.incident, frozenset())
            names = route | before if group.topic == "alarm" else before
            if group.topic == "alarm" and names - before:
                told.add(self.table, member.incident, names)
            for name in sorted(names):
                routed[name].append(member)
        return routed

    def _deliveries(
        self,
        name: str,
        together: Sequence[Part],
        batch: str,
        routed: Mapping[str, Sequence[Member]],
        earlier: Mapping[str, Part],
    ) -> list[Delivery]:
        now = self.clock()
        return [
            Delivery(
                group=name,
                sk=sort_key(channel, batch),
                channel=channel,
                parts=tuple(part.sk for part in together),
                incidents=tuple(member.incident for member in members),
                after=_after(channel, members, earlier),
                created_at=min(part.created_at for part in together),
                due_at=now,
            )
            for channel, members in routed.items()
        ]


def _after(channel: str, members: Iterable[Member], earlier: Mapping[str, Part]) -> tuple[Key, ...]:
    told_before = {earlier[member.previous] for member in members if member.previous and member.previous in earlier}
    keys = {(delivery_key(part.group), sort_key(channel, part.planned or "")) for part in told_before}
    return tuple(sorted(keys))


def _batch(together: Sequence[Part]) -> str:
    names = "\n".join(part.sk for part in together)
    return hashlib.sha256(names.encode()).hexdigest()[:12]
