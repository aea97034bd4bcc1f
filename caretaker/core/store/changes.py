"""Writing what a run changed: states, timelines and what to tell, all or nothing.

* A notification must be written in the same transaction as the state that it tells of.
* A state must never be written over one that was not taken into account.

A transaction takes 100 actions: 45 checks with a state and a timeline entry each, a part of the outbox
for each of at most 8 groups, and an entry of the index of incidents.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.notification import Notification
from caretaker.core.incidents.state import State
from caretaker.core.results import timestamp
from caretaker.core.store import incident_index, states
from caretaker.core.store.table import OUTBOX, SCHEMA, Conflict, Item, Table, incident_key, instant, number, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

CHECKS_PER_TRANSACTION = 45
_GROUP_COMPLETE_AFTER = timedelta(seconds=60)
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Run:
    """The run whose changes are written, and what it needs for it.

    ``clock`` gives the time of the clock; ``wait`` sleeps for some seconds.
    """

    environment: str
    kind: str
    scheduled_at: datetime
    clock: Callable[[], datetime]
    wait: Callable[[float], None]


Decide = Callable[[State], Decision]


def commit(table: Table, run: Run, decisions: Iterable[Decision], decide_again: Decide) -> list[Notification]:
    """Write the decisions that change something, and return what people will be told.

    Where somebody else wrote a check's state in between, it is read again and decided again.
    A chunk that cannot be written does not keep the others from being written; its error is
    raised at the end.
    """
    changed = [decision for decision in decisions if decision.changed]
    chunks = list(_chunks(changed))
    told: list[Notification] = []
    failures: list[Exception] = []
    for chunk in chunks:
        try:
            told += _write_chunk(table, run, chunk, decide_again, closes=len(chunks) == 1)
        except Exception as failure:  # noqa: BLE001 - every chunk gets its chance, then the failures are raised
            failures.append(failure)
    if len(chunks) > 1 and not failures:
        for group in sorted({group_of(run, notification) for notification in told}):
            table.put(_part(run, group, "closed", (), closes=True))
    if failures:
        raise ExceptionGroup("changes of this run could not be written", failures)
    return told


def announce(table: Table, run: Run, notification: Notification) -> str:
    """Put down what is to be told though it changes no state, a test alert; return its key in the outbox."""
    name = _part_name([notification])
    group = group_of(run, notification)
    table.put(_part(run, group, name, [notification], closes=True))
    return f"{group}#{name}"


def group_of(run: Run, notification: Notification) -> str:
    """Return the group of a notification: what one message tells of."""
    topic = notification.event.topic
    return f"{timestamp(run.scheduled_at)}#{run.kind}#{notification.severity}#{topic}"


def _chunks(decisions: Sequence[Decision]) -> Iterator[list[Decision]]:
    for start in range(0, len(decisions), CHECKS_PER_TRANSACTION):
        yield list(decisions[start : start + CHECKS_PER_TRANSACTION])


def _write_chunk(
    table: Table, run: Run, chunk: list[Decision], decide_again: Decide, *, closes: bool
) -> list[Notification]:
    for attempt in range(_ROUNDS):
        if not chunk:
            return []
        transaction = _Transaction.of(table, run, chunk, closes=closes)
        try:
            table.transact(transaction.actions)
        except Conflict as conflict:
            if attempt + 1 == _ROUNDS:
                raise
            run.wait(0.05 * 2**attempt)
            chunk = _decide_again(table, chunk, conflict, decide_again)
        else:
            return list(_to_tell(chunk))
    return []


def _decide_again(table: Table, chunk: Sequence[Decision], conflict: Conflict, decide_again: Decide) -> list[Decision]:
    """Return the chunk with its conflicting checks decided on their present state; the first actions are the states."""
    stale = [decision.state.check for index, decision in enumerate(chunk) if conflict.stood_in_the_way(index)]
    present = states.reload(table, stale)
    again = [
        decide_again(present[decision.state.check]) if decision.state.check in present else decision
        for decision in chunk
    ]
    return [decision for decision in again if decision.changed]


@dataclass(frozen=True, slots=True)
class _Transaction:
    actions: "Sequence[TransactWriteItemTypeDef]"

    @classmethod
    def of(cls, table: Table, run: Run, chunk: Sequence[Decision], *, closes: bool) -> "_Transaction":
        """Return the transaction of a chunk: its states first, in the chunk's order."""
        groups: dict[str, list[Notification]] = defaultdict(list)
        for notification in _to_tell(chunk):
            groups[group_of(run, notification)].append(notification)
        parts = {group: _part_name(members) for group, members in groups.items()}
        states_written = [states.write(table, _pointing(run, decision, parts)) for decision in chunk]
        entries = [
            _put(table, timeline_entry(decision.notification, run.environment))
            for decision in chunk
            if decision.notification
        ]
        outbox = [
            _put(table, _part(run, group, parts[group], members, closes=closes)) for group, members in groups.items()
        ]
        noted = [decision.notification for decision in chunk if decision.notification]
        index = [_put(table, incident_index.entry(run.kind, run.scheduled_at, noted))] if noted else []
        return cls([*states_written, *entries, *outbox, *index])


def _pointing(run: Run, decision: Decision, parts: Mapping[str, str]) -> State:
    """Return the state with its incident pointing to the outbox item that tells of it."""
    state, notification = decision.state, decision.notification
    if state.incident is None or notification is None or notification.suppressed_by:
        return state
    group = group_of(run, notification)
    return replace(state, incident=replace(state.incident, notified=f"{group}#{parts[group]}"))


def _to_tell(decisions: Iterable[Decision]) -> Iterator[Notification]:
    """Yield what people are told; what is suppressed is in the timeline only."""
    for decision in decisions:
        if decision.notification and not decision.notification.suppressed_by:
            yield decision.notification


def _part_name(members: Iterable[Notification]) -> str:
    named = "\n".join(f"{member.incident} {member.event}" for member in members)
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _part(run: Run, group: str, name: str, members: Iterable[Notification], *, closes: bool) -> Item:
    now = run.clock()
    shown = [member.to_json(run.environment) for member in members]
    return {
        "pk": text(OUTBOX),
        "sk": text(f"{group}#{name}"),
        "schema": number(SCHEMA),
        "group": text(group),
        "closed": {"BOOL": closes},
        "members": text(json.dumps(shown, separators=(",", ":"))),
        "created_at": text(instant(now)),
        "due": text("outbox"),
        "due_at": text(instant(now if closes else now + _GROUP_COMPLETE_AFTER)),
    }


def timeline_entry(notification: Notification, environment: str) -> Item:
    """Return the entry of an incident's timeline that this notification makes."""
    return {
        "pk": text(incident_key(notification.incident)),
        "sk": text(f"{timestamp(notification.at)}#{notification.event}"),
        "schema": number(SCHEMA),
        "entry": text(json.dumps(notification.to_json(environment), separators=(",", ":"))),
    }


def _put(table: Table, item: Item) -> "TransactWriteItemTypeDef":
    return {"Put": {"TableName": table.name, "Item": item}}
