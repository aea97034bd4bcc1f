"""Getting deliveries to their channels.

* A delivery must be claimed before it is sent, by one sender at a time.
* It must be marked as sent only after the channel has taken it: a sender that dies in between sends
  again, and none is lost.
* It must wait for what told of the same incidents on the same channel before; what ends incidents takes
  the place of messages that have not got through yet. What waits for itself, or for what waits for it, must not wait.
* A channel that does not take a message must keep no other message waiting.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.core.store.table import Conflict, Item, Table, number, text
from caretaker.core.telemetry import logger
from functions.notify import bucket, delivery, outbox, told
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.delivery import Delivery, Key, Progress
from functions.notify.member import Member
from functions.notify.message import compose
from functions.notify.patience import LEASE, is_late, next_try
from functions.notify.posting import Post
from functions.notify.runbooks import Runbooks
from functions.notify.withholding import is_limited, last_of_each, together, withheld_with

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
class Sender:
    """Sends deliveries."""

    table: Table
    fallback: str
    post: Post
    clock: Callable[[], datetime]
    runbooks: Runbooks = field(default_factory=Runbooks)
    counts: Counts = field(default_factory=Counts)

    def deliver(self, wanted: Key, waiting: frozenset[Key] = frozenset()) -> list[Key]:
        """Try one delivery, and what must go before it; return the keys of what is to be tried soon.

        ``waiting`` are those that wait for this one.
        """
        found = delivery.read(self.table, [wanted])
        if not found or found[0].is_final or found[0].due_at > self.clock():
            return [wanted] if found and found[0].progress is Progress.PENDING else []
        one = found[0]
        later: list[Key] = []
        waiting |= {one.key}
        blockers = self._blockers(one, waiting)
        members = self._members(one)
        if blockers and not _can_absorb(members, blockers):
            for blocker in blockers:
                later += self.deliver(blocker.key, waiting)
            blockers = self._blockers(one, waiting)
            if blockers:
                self._wait_for(one, blockers)
                return [*later, one.key]
        companions: list[Delivery] = []
        if is_limited(one, members):
            if self._must_wait_for_a_token(one):
                return later
            companions = withheld_with(self.table, one, self.clock())
        claimed = self._claim(together(one, companions), [*blockers, *companions])
        if claimed is None:
            return later
        return later + self._send(claimed, self._members(claimed), late=bool(blockers))

    def _must_wait_for_a_token(self, one: Delivery) -> bool:
        now = self.clock()
        next_token = bucket.take(self.table, one.channel, now)
        if next_token is None:
            return False
        wait = delivery.change(
            self.table, one, one.progress, now=now, due_at=next_token, extra={"withheld": number(max(1, one.withheld))}
        )
        self._try_to([wait])
        return True

    def _blockers(self, one: Delivery, waiting: frozenset[Key]) -> list[Delivery]:
        before = delivery.read(self.table, [key for key in one.after if key not in waiting])
        merged_into = [other.into for other in before if other.into and other.into not in waiting]
        return [other for other in (*before, *delivery.read(self.table, merged_into)) if not other.is_final]

    def _members(self, one: Delivery) -> list[Member]:
        incidents = set(one.incidents)
        parts = outbox.read(self.table, one.parts)
        members = [member for part in parts for member in part.members if member.incident in incidents]
        return last_of_each(members) if one.withheld or len(members) > len(incidents) else members

    def _wait_for(self, one: Delivery, blockers: Sequence[Delivery]) -> None:
        due_at = max(other.due_at for other in blockers) + timedelta(seconds=1)
        self._try_to([delivery.change(self.table, one, one.progress, now=self.clock(), due_at=due_at)])

    def _claim(self, one: Delivery, absorbed: Sequence[Delivery]) -> Delivery | None:
        """Take a delivery for sending, and what it absorbs out of the way; None if somebody else has it."""
        now = self.clock()
        actions = [delivery.claim(self.table, one, now=now, until=now + LEASE)]
        into = delivery.merged_into(one)
        actions += [delivery.change(self.table, other, Progress.MERGED, now=now, extra=into) for other in absorbed]
        if not self._try_to(actions):
            return None
        return replace(one, progress=Progress.SENDING, attempts=one.attempts + 1)

    def _send(self, claimed: Delivery, members: Sequence[Member], *, late: bool) -> list[Key]:
        now = self.clock()
        if not members:
            outcome: Outcome = Refused("what it tells of cannot be read")
        else:
            is_too_late = is_late(claimed.created_at, now) and not claimed.withheld
            message = compose(
                members,
                late=late or is_too_late,
                instead_of=claimed.instead_of,
                withheld=claimed.withheld,
                runbooks=self.runbooks,
            )
            outcome = self.post(claimed.channel, message)
        match outcome:
            case Sent():
                return self._sent(claimed, members)
            case Retry(error, after):
                return self._again(claimed, error, after)
            case Refused(error):
                return self._refused(claimed, members, error)

    def _sent(self, claimed: Delivery, members: Sequence[Member]) -> list[Key]:
        now = self.clock()
        self._try_to([delivery.change(self.table, claimed, Progress.SENT, now=now)])
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
        if is_late(claimed.created_at, now) and not claimed.escalated and not claimed.instead_of:
            extra["escalated"] = {"BOOL": True}
            stand_in = self._stand_in(claimed, now)
            change = delivery.change(self.table, claimed, Progress.PENDING, now=now, due_at=due_at, extra=extra)
            self._try_to([change, delivery.put(self.table, stand_in)])
            return [stand_in.key, claimed.key]
        self._try_to([delivery.change(self.table, claimed, Progress.PENDING, now=now, due_at=due_at, extra=extra)])
        return [claimed.key]

    def _refused(self, claimed: Delivery, members: Sequence[Member], error: str) -> list[Key]:
        now = self.clock()
        self.counts.failed += 1
        logger.error("a message cannot be delivered", channel=claimed.channel, metadata={"error": error})
        failed = delivery.change(
            self.table, claimed, Progress.FAILED, now=now, extra={"error": text(error[:_ERROR_KEPT])}
        )
        if claimed.instead_of or claimed.channel == self.fallback:
            self.counts.fallback_failed += 1
            self._try_to([failed])
            return []
        if claimed.escalated:
            self._try_to([failed])
            return []
        stand_in = self._stand_in(claimed, now)
        self._try_to([failed, delivery.put(self.table, stand_in)])
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

    def _try_to(self, actions: Iterable["TransactWriteItemTypeDef"]) -> bool:
        try:
            self.table.transact(list(actions))
        except Conflict:
            return False
        return True

    def _write_down(self, members: Sequence[Member], entry: Mapping[str, str], now: datetime) -> None:
        try:
            told.write_down(self.table, members, entry, now)
        except (BotoCoreError, ClientError) as error:
            # The message is delivered: an entry that is missing must not send it again.
            logger.warning("the timeline could not be written", metadata={"error": type(error).__name__})


def _can_absorb(members: Sequence[Member], blockers: Sequence[Delivery]) -> bool:
    """Whether a message ends all the incidents that the ones before it tell of, and none of them is being sent."""
    ended = {member.incident for member in members if member.has_ended}
    return all(
        blocker.progress is Progress.PENDING and set(blocker.incidents) <= ended and len(ended) == len(members)
        for blocker in blockers
    )
