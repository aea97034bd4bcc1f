"""Getting deliveries to their channels.

* A delivery must be claimed before it is sent, by one sender at a time.
* It must be marked as sent only after the channel has taken it: a sender that dies in between sends
  again, and none is lost.
* It must wait for what told of the same incidents on the same channel before; what ends incidents takes
  the place of messages that have not got through yet. What waits for itself, or for what waits for it, must not wait.
* A channel that does not take a message must keep no other message waiting.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from caretaker.core.store.table import Table, number
from functions.notify import bucket, delivery, outbox
from functions.notify.channels.outcome import Outcome, Refused
from functions.notify.delivery import Delivery, Key, Progress
from functions.notify.ending import Counts, Ending, try_to
from functions.notify.member import Member
from functions.notify.message import compose
from functions.notify.patience import LEASE, is_late
from functions.notify.posting import Post
from functions.notify.runbooks import Runbooks
from functions.notify.withholding import is_limited, last_of_each, together, withheld_with


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
        try_to(self.table, [wait])
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
        try_to(self.table, [delivery.change(self.table, one, one.progress, now=self.clock(), due_at=due_at)])

    def _claim(self, one: Delivery, absorbed: Sequence[Delivery]) -> Delivery | None:
        """Take a delivery for sending, and what it absorbs out of the way; None if somebody else has it."""
        now = self.clock()
        actions = [delivery.claim(self.table, one, now=now, until=now + LEASE)]
        into = delivery.merged_into(one)
        actions += [delivery.change(self.table, other, Progress.MERGED, now=now, extra=into) for other in absorbed]
        if not try_to(self.table, actions):
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
        return Ending(self.table, self.fallback, self.clock, self.counts).after(claimed, members, outcome)


def _can_absorb(members: Sequence[Member], blockers: Sequence[Delivery]) -> bool:
    """Whether a message ends all the incidents that the ones before it tell of, and none of them is being sent."""
    ended = {member.incident for member in members if member.has_ended}
    return all(
        blocker.progress is Progress.PENDING and set(blocker.incidents) <= ended and len(ended) == len(members)
        for blocker in blockers
    )
