"""What a channel is told only in summary, because it was told much already.

* The first alarm of a check must never be withheld, nor what stands in for another channel.
* What was withheld must be told: in one message, with the last that holds of each incident.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from caretaker.core.store.table import Table
from functions.notify import delivery
from functions.notify.delivery import Delivery, Progress
from functions.notify.member import Member

_MOST_TOGETHER = 40  # deliveries in one summary: a transaction takes 100 actions


def is_limited(one: Delivery, members: Iterable[Member]) -> bool:
    """Whether a delivery needs a token: not again once it has had one, and not for the first alarm of a check."""
    return not one.attempts and not one.instead_of and not any(member.first for member in members)


def withheld_with(table: Table, one: Delivery, now: datetime) -> list[Delivery]:
    """Return what waits for a token of the same channel: the delivery that has got one speaks for all of them."""
    keys = [key for key in delivery.due(table, now) if key[1].partition("#")[0] == one.channel and key != one.key]
    waiting = [
        other
        for other in delivery.read(table, keys)
        if other.withheld and other.progress is Progress.PENDING and not other.attempts
    ][:_MOST_TOGETHER]
    known = {one.key, *(other.key for other in waiting)}
    settled = {
        other.key for other in delivery.read(table, [key for other in waiting for key in other.after]) if other.is_final
    }
    return [other for other in waiting if set(other.after) <= known | settled]


def together(one: Delivery, companions: Sequence[Delivery]) -> Delivery:
    """Return the delivery that tells of all of them."""
    if not companions:
        return one
    all_of_them = (one, *companions)
    return replace(
        one,
        parts=tuple(dict.fromkeys(part for each in all_of_them for part in each.parts)),
        incidents=tuple(dict.fromkeys(incident for each in all_of_them for incident in each.incidents)),
        withheld=sum(each.withheld for each in all_of_them),
    )


def last_of_each(members: Iterable[Member]) -> list[Member]:
    """Return the last that was to be told of each incident."""
    last: dict[str, Member] = {}
    for member in sorted(members, key=lambda member: (member.at, member.has_ended)):
        last[member.incident] = member
    return list(last.values())
