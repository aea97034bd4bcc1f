"""A delivery: one message on its way to one channel.

pending → sending (until ``due_at``, a lease) → sent | failed | merged. Every change is a new value;
``deliveries`` writes it if nobody has changed the stored one since it was read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from caretaker.core.results import moment, timestamp
from caretaker.core.store.table import SCHEMA, Item, delivery_key, expires_at, instant, number, packed, text, unpacked

LEASE = timedelta(seconds=75)  # longer than the function can run: whoever held it is gone when it ends
LATE_AFTER = timedelta(minutes=15)
_ERROR_KEPT = 300  # characters


class State(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    MERGED = "merged"


class Key(NamedTuple):
    """The key of a delivery in the table."""

    pk: str
    sk: str

    @property
    def channel(self) -> str:
        """The channel that it goes to."""
        return self.sk.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one channel: the ``incidents`` that ``parts`` of the outbox tell of.

    ``after`` are the deliveries that told this channel of these incidents before. ``merged`` are the
    incidents whose alarm was never sent and is told with this. ``due_at`` is when it may be tried: for
    one that is being sent, the end of the lease. ``created_at`` is when what it tells was written.
    ``fallback_of`` is the channel that could not be reached, for a delivery to the fallback;
    ``fallback_made`` says that there is one for this. ``notice`` is told instead of incidents.
    """

    group: str
    channel: str
    batch: str
    parts: tuple[str, ...]
    incidents: frozenset[str]
    after: tuple[Key, ...]
    created_at: datetime
    due_at: datetime
    scheduled_at: datetime
    merged: frozenset[str] = frozenset()
    state: State = State.PENDING
    attempts: int = 0
    error: str = ""
    settled_at: datetime | None = None
    fallback_of: str = ""
    fallback_made: bool = False
    notice: str = ""
    version: int = 0

    @property
    def key(self) -> Key:
        """The key in the table."""
        return delivery_key_of(self.group, self.channel, self.batch, self.fallback_of)

    @property
    def is_finished(self) -> bool:
        """Whether nothing remains to be done."""
        return self.state in (State.SENT, State.FAILED, State.MERGED)

    def is_held(self, now: datetime) -> bool:
        """Whether somebody is sending this right now."""
        return self.state is State.SENDING and now < self.due_at

    def is_due(self, now: datetime) -> bool:
        """Whether it may be sent now; so may one whose sender did not come back."""
        return not self.is_finished and self.due_at <= now

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is so late that the fallback is told as well."""
        return now - self.created_at >= LATE_AFTER

    def claimed(self, now: datetime) -> "Delivery":
        """Return it as held by whoever writes this first."""
        return replace(self, state=State.SENDING, attempts=self.attempts + 1, due_at=now + LEASE)

    def put_off(self, until: datetime, error: str) -> "Delivery":
        """Return it as not delivered, to be tried again at a time."""
        return replace(self, state=State.PENDING, due_at=until, error=error[:_ERROR_KEPT])

    def sent(self, now: datetime) -> "Delivery":
        """Return it as delivered."""
        return replace(self, state=State.SENT, settled_at=now)

    def failed(self, now: datetime, error: str) -> "Delivery":
        """Return it as given up for good."""
        return replace(self, state=State.FAILED, settled_at=now, error=error[:_ERROR_KEPT])


def delivery_key_of(group: str, channel: str, batch: str, fallback_of: str = "") -> Key:
    """Return the key of the delivery of a batch to a channel."""
    return Key(delivery_key(group), f"{channel}#{batch}" + (f"#for#{fallback_of}" if fallback_of else ""))


def to_item(delivery: Delivery) -> Item:
    """Return the delivery as it is stored. Only an unfinished one is in the index of what is due."""
    item: Item = {
        "pk": text(delivery.key.pk),
        "sk": text(delivery.key.sk),
        "schema": number(SCHEMA),
        "version": number(delivery.version),
        "group": text(delivery.group),
        "channel": text(delivery.channel),
        "batch": text(delivery.batch),
        "state": text(delivery.state),
        "attempts": number(delivery.attempts),
        "parts": {"L": [text(sk) for sk in delivery.parts]},
        "incidents": _packed(sorted(delivery.incidents)),
        "after": _packed(delivery.after),
        "merged": _packed(sorted(delivery.merged)),
        "created_at": text(instant(delivery.created_at)),
        "scheduled_at": text(timestamp(delivery.scheduled_at)),
        "due_at": text(instant(delivery.due_at)),
        "error": text(delivery.error),
        "fallback_of": text(delivery.fallback_of),
        "fallback_made": {"BOOL": delivery.fallback_made},
        "notice": text(delivery.notice),
    }
    if not delivery.is_finished:
        return item | {"due": text("delivery")}
    if delivery.settled_at is not None:
        item |= {"settled_at": text(instant(delivery.settled_at)), "expires_at": expires_at(delivery.settled_at)}
    return item


def from_item(item: Item) -> Delivery:
    """Return the delivery that ``to_item`` wrote; raise ``KeyError`` or ``ValueError`` if it is none."""
    return Delivery(
        group=item["group"]["S"],
        channel=item["channel"]["S"],
        batch=item["batch"]["S"],
        parts=tuple(sk["S"] for sk in item["parts"]["L"]),
        incidents=frozenset(_unpacked(item["incidents"])),
        after=tuple(Key(pk, sk) for pk, sk in _unpacked(item["after"])),
        created_at=moment(item["created_at"]["S"]),
        due_at=moment(item["due_at"]["S"]),
        scheduled_at=moment(item["scheduled_at"]["S"]),
        merged=frozenset(_unpacked(item["merged"])),
        state=State(item["state"]["S"]),
        attempts=int(item["attempts"]["N"]),
        error=item["error"]["S"],
        settled_at=moment(item["settled_at"]["S"]) if "settled_at" in item else None,
        fallback_of=item["fallback_of"]["S"],
        fallback_made=item["fallback_made"]["BOOL"],
        notice=item["notice"]["S"],
        version=int(item["version"]["N"]),
    )


def _packed(value: object) -> dict[str, bytes]:
    # Thousands of names share most of their letters: packed, they stay far below an item's 400 kB.
    return packed(json.dumps(value, separators=(",", ":")))


def _unpacked(attribute: Mapping[str, Any]) -> list[Any]:
    value: list[Any] = json.loads(unpacked(attribute))
    return value
