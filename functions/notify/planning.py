"""What becomes of a group: which channel gets a message about which of its incidents. Pure.

* An alarm must go to the channels of today's routes and to those told before; an update to those told.
* A delivery must name every earlier one that told its channel of the same incidents.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from caretaker.core.config import AlertsConfig
from functions.notify.delivery import Delivery, Key, delivery_key_of
from functions.notify.member import Member
from functions.notify.outbox import Part, group_of, scheduled_at_of
from functions.notify.told import Told

_ACTIONS = 100  # that one transaction takes
_PARTS = 80  # that one delivery tells of: what remains of the actions is for the channels
_BYTES = 3_000_000  # of outbox items that one transaction touches: 4 MB is DynamoDB's limit
_NOTICE = 1500  # characters


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts that are planned together, and the deliveries that tell of them."""

    batch: str
    parts: tuple[Part, ...]
    deliveries: tuple[Delivery, ...]


def batches(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Yield parts in batches that one transaction and one message can bear."""
    batch: list[Part] = []
    size = 0
    for part in parts:
        if batch and (len(batch) == _PARTS or size + part.size > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(part)
        size += part.size
    if batch:
        yield batch


def channels(members: Iterable[Member], told: Told, config: AlertsConfig) -> dict[str, frozenset[str]]:
    """Return for each incident the channels that are to be told."""
    return {
        member.incident: told.get(member.incident, frozenset())
        | (frozenset(config.routes.get(member.severity, ())) if member.is_alarm else frozenset())
        for member in members
    }


def plan(
    parts: Sequence[Part], to_tell: Told, earlier: Mapping[str, Part], config: AlertsConfig, now: datetime
) -> Plan:
    """Return the plan for as many of these parts of one group as fit a transaction.

    ``earlier`` are the outbox items that told of the incidents before, by their sort key.
    """
    batch = hashlib.sha256("\n".join(part.sk for part in parts).encode()).hexdigest()[:12]
    deliveries = [*_deliveries(parts, batch, to_tell, earlier, config, now), *_notices(parts, batch, config, now)]
    fitting = max(1, _ACTIONS - len(deliveries))
    if len(parts) > fitting:
        return plan(parts[:fitting], to_tell, earlier, config, now)
    return Plan(batch, tuple(parts), tuple(deliveries))


def _deliveries(
    parts: Sequence[Part],
    batch: str,
    to_tell: Told,
    earlier: Mapping[str, Part],
    config: AlertsConfig,
    now: datetime,
) -> Iterator[Delivery]:
    by_channel: dict[str, list[tuple[Part, Member]]] = defaultdict(list)
    for part in parts:
        for member in part.members:
            for channel in to_tell[member.incident]:
                by_channel[channel].append((part, member))
    for channel, told in sorted(by_channel.items()):
        group = parts[0].group
        yield Delivery(
            group=group,
            channel=channel,
            batch=batch,
            parts=tuple(dict.fromkeys(part.sk for part, _ in told)),
            incidents=frozenset(member.incident for _, member in told),
            after=_after(channel, (member for _, member in told), to_tell, earlier, config),
            created_at=min(part.created_at for part, _ in told),
            due_at=now,
            scheduled_at=scheduled_at_of(group),
        )


def _after(
    channel: str, members: Iterable[Member], to_tell: Told, earlier: Mapping[str, Part], config: AlertsConfig
) -> tuple[Key, ...]:
    keys: dict[Key, None] = {}
    for member in members:
        before = earlier.get(member.previous or "")
        if before is None or not before.batch:
            continue
        keys[delivery_key_of(before.group, channel, before.batch)] = None
        if channel == config.fallback:
            # The fallback may have been told in the place of others.
            for other in sorted(to_tell[member.incident] - {channel}):
                keys[delivery_key_of(before.group, channel, before.batch, other)] = None
    return tuple(keys)


def _notices(parts: Sequence[Part], batch: str, config: AlertsConfig, now: datetime) -> Iterator[Delivery]:
    """Yield a message to the fallback about what could not be read, so that it is not lost in silence."""
    faulty = [part for part in parts if part.faults]
    if not faulty:
        return
    faults = [f"{part.sk}: {fault}" for part in faulty for fault in part.faults]
    group = group_of(faulty[0].sk)
    yield Delivery(
        group=group,
        channel=config.fallback,
        batch=f"{batch}-unreadable",
        parts=tuple(part.sk for part in faulty),
        incidents=frozenset(),
        after=(),
        created_at=min(part.created_at for part in faulty),
        due_at=now,
        scheduled_at=scheduled_at_of(group),
        notice="; ".join(faults)[:_NOTICE],
    )
