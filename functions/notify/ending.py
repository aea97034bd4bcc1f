"""What becomes of a delivery once its channel was tried.

* What the channel has taken is marked as sent, and never tried again.
* What did not get through is tried again, later and later; once it is late it goes to the fallback as well.
* What the channel refuses goes to the fallback; only what that refuses, too, is given up, and counted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.store.table import Conflict, Item, Table, text
from caretaker.core.telemetry import logger
from functions.notify import delivery, told
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.delivery import Delivery, Key, Progress
from functions.notify.member import Member
from functions.notify.patience import is_late, next_try

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_ERROR_KEPT = 300  # characters of an error that are stored


@dataclass(slots=True)
class Counts:
    """What a round of sending came to."""

    sent: int = 0
    failed: int = 0
    retried: int = 0
    fallback_failed: int = 0
    longest_seconds: float = 0.0

    def reset(self) -> None:
        """Begin to count anew."""
        self.sent = self.failed = self.retried = self.fallback_failed = 0
        self.longest_seconds = 0.0


@dataclass(frozen=True, slots=True)
class Ending:
    """Writes down what a channel said to a message that was claimed for it."""

    table: Table
    fallback: str
    clock: Callable[[], datetime]
    counts: Counts

    def after(self, claimed: Delivery, members: Sequence[Member], outcome: Outcome) -> list[Key]:
        """Return the keys of what is to be tried soon."""
        match outcome:
            case Sent():
                return self._sent(claimed, members)
            case Retry(error, after):
                return self._again(claimed, error, after)
            case Refused(error):
                return self._refused(claimed, members, error)

    def _sent(self, claimed: Delivery, members: Sequence[Member]) -> list[Key]:
        now = self.clock()
        try_to(self.table, [delivery.change(self.table, claimed, Progress.SENT, now=now)])
        self.counts.sent += 1
        self.counts.longest_seconds = max(self.counts.longest_seconds, (now - claimed.created_at).total_seconds())
        self._write_down(members, {"channel": claimed.channel, "outcome": "sent"}, now)
        return []

    def _again(self, claimed: Delivery, error: str, after: float | None) -> list[Key]:
        now = self.clock()
        self.counts.retried += 1
        logger.warning("a message did not get through", channel=claimed.channel, metadata={"error": error})
        due_at = next_try(claimed.attempts, after, now)
        extra: Item = {"error": text(error[:_ERROR_KEPT])}
        stand_ins: list[Delivery] = []
        if is_late(claimed.created_at, now) and not claimed.escalated and not claimed.instead_of:
            extra["escalated"] = {"BOOL": True}
            stand_ins.append(self._stand_in(claimed, now))
        change = delivery.change(self.table, claimed, Progress.PENDING, now=now, due_at=due_at, extra=extra)
        try_to(self.table, [change, *(delivery.put(self.table, one) for one in stand_ins)])
        return [*(one.key for one in stand_ins), claimed.key]

    def _refused(self, claimed: Delivery, members: Sequence[Member], error: str) -> list[Key]:
        now = self.clock()
        self.counts.failed += 1
        logger.error("a message cannot be delivered", channel=claimed.channel, metadata={"error": error})
        failed = delivery.change(
            self.table, claimed, Progress.FAILED, now=now, extra={"error": text(error[:_ERROR_KEPT])}
        )
        if claimed.instead_of or claimed.channel == self.fallback:
            self.counts.fallback_failed += 1
            try_to(self.table, [failed])
            return []
        if claimed.escalated:
            try_to(self.table, [failed])
            return []
        stand_in = self._stand_in(claimed, now)
        try_to(self.table, [failed, delivery.put(self.table, stand_in)])
        self._write_down(members, {"channel": claimed.channel, "outcome": f"failed: {error[:_ERROR_KEPT]}"}, now)
        return [stand_in.key]

    def _stand_in(self, claimed: Delivery, now: datetime) -> Delivery:
        return Delivery(
            group=claimed.group,
            sk=f"{self.fallback}#for#{claimed.sk}",
            channel=self.fallback,
            parts=claimed.parts,
            incidents=claimed.incidents,
            after=(),
            created_at=claimed.created_at,
            due_at=now,
            instead_of=claimed.channel,
        )

    def _write_down(self, members: Sequence[Member], entry: Mapping[str, str], now: datetime) -> None:
        try:
            told.write_down(self.table, members, entry, now)
        except (BotoCoreError, ClientError) as error:
            # The message is delivered: an entry that is missing must not send it again.
            logger.warning("the timeline could not be written", metadata={"error": type(error).__name__})


def try_to(table: Table, actions: Iterable["TransactWriteItemTypeDef"]) -> bool:
    """Write all of it; return whether that was done, or somebody else was faster."""
    try:
        table.transact(list(actions))
    except Conflict:
        return False
    return True
