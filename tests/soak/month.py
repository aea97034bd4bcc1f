"""What happens in a simulated month: outages of the shop, days without Slack or database, and faults at random."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

SLOT = timedelta(hours=1)  # between two looks; a real month has twelve times as many
SLOTS_A_DAY = 24
_SHORTEST, _LONGEST = 2, 5  # slots of an outage
_OUTAGES_A_DAY = 0.7  # of each target
_TROUBLED = 0.2  # share of the slots with a fault

Trouble = Literal["throttled", "failing", "answer lost", "killed", "twice", "late"]
TROUBLES: tuple[Trouble, ...] = ("throttled", "failing", "answer lost", "killed", "twice", "late")
TARGETS = ("page", "api")


@dataclass(frozen=True, slots=True)
class Outage:
    """A target is down from one slot to before another."""

    target: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Month:
    """All that happens, by slots and days from 0."""

    begin: datetime
    days: int
    outages: tuple[Outage, ...]
    troubles: dict[int, Trouble] = field(default_factory=dict)
    without_slack: frozenset[int] = frozenset()
    without_database: frozenset[int] = frozenset()

    def at(self, slot: int) -> datetime:
        """Return when a slot begins."""
        return self.begin + slot * SLOT

    def down(self, target: str, slot: int) -> bool:
        """Whether a target is down in a slot."""
        return any(one.target == target and one.begin <= slot < one.end for one in self.outages)


def month(begin: datetime, days: int, seed: int) -> Month:
    """Return a month by chance; the last day is quiet, so that everything can come to its end."""
    chance = random.Random(seed)
    quiet_from = (days - 1) * SLOTS_A_DAY
    troubles: dict[int, Trouble] = {}
    for slot in range(1, quiet_from):
        if slot - 1 not in troubles and chance.random() < _TROUBLED:  # an outage of two slots is seen in one of them
            troubles[slot] = chance.choice(TROUBLES)
    dark = chance.sample(range(1, days - 1), min(3, days - 2))
    return Month(
        begin,
        days,
        tuple(outage for target in TARGETS for outage in _outages(target, quiet_from, chance)),
        troubles,
        frozenset(dark[:1]),
        frozenset(dark[1:]),
    )


def _outages(target: str, before: int, chance: random.Random) -> list[Outage]:
    found: list[Outage] = []
    slot = 1
    while slot < before - _LONGEST - 1:
        if chance.random() < _OUTAGES_A_DAY / SLOTS_A_DAY:
            found.append(Outage(target, slot, slot + chance.randint(_SHORTEST, _LONGEST)))
            slot = found[-1].end + 2  # two outages are told apart
        slot += 1
    return found
