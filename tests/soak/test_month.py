"""A simulated month on the local AWS: whatever goes wrong meanwhile, its promises are kept in the end.

``make soak`` runs it; SOAK_DAYS and SOAK_SEED are how long and which.
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from caretaker.core.availability import Change
from caretaker.core.store.incident_index import changes
from tests.soak.clock import WORKS_HERE
from tests.soak.month import SLOTS_A_DAY, TARGETS, Month, Trouble, month
from tests.soak.world import World, world

DAYS = int(os.environ.get("SOAK_DAYS", "30"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
FUNCTIONS = ("uptime", "notify", "backup", "verify", "cert_check", "cleanup")
NOTICED = timedelta(hours=3)  # after two slots at the latest, even if one of them is troubled

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(7200),
    pytest.mark.skipif(not WORKS_HERE, reason="the clock can only be moved on Linux and x86_64"),
]


@dataclass
class Lived:
    """A month that is over, in the world in which it took place."""

    month: Month
    world: World

    def told(self, check: str, event: str) -> list[Change]:
        """Return when incidents of a check were opened, or resolved."""
        end = self.month.at(self.month.days * SLOTS_A_DAY)
        found = changes(self.world.table, self.month.begin, end)
        return [one for one in found if (one.check, one.event) == (check, event)]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    begin = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    plan = month(begin, DAYS, SEED)
    with world(tmp_path_factory.mktemp("soak"), begin) as where:
        chance = random.Random(SEED)
        for slot in range(DAYS * SLOTS_A_DAY):
            _live(where, plan, slot, chance)
        yield Lived(plan, where)


def _live(where: World, plan: Month, slot: int, chance: random.Random) -> None:
    day, hour = divmod(slot, SLOTS_A_DAY)
    where.down.clear()
    where.down.update(target for target in TARGETS if plan.down(target, slot))
    if day in plan.without_slack:
        where.down.add("slack")
    if hour == 0:
        where.let_in(allowed=day not in plan.without_database)
        sys.stderr.write(f"day {day}: {len(where.slack.messages)} messages, killed {dict(Counter(where.killed))}\n")
    at = plan.at(slot)
    _look(where, at, plan.troubles.get(slot), chance)
    for minute in (2, 30, *((15,) if hour in (3, 4) else ())):
        where.tick(at + timedelta(minutes=minute))
    where.aws.faults.clear()


def _look(where: World, at: datetime, trouble: Trouble | None, chance: random.Random) -> None:
    """Let a slot begin, with what goes wrong in it."""
    function = chance.choice(FUNCTIONS)
    match trouble:
        case None:
            where.tick(at)
        case "throttled":
            where.aws.faults.add(
                "dynamodb", error="ThrottlingException", times=chance.randint(1, 12), skip=chance.randint(0, 9)
            )
            where.tick(at)
        case "failing":
            where.aws.faults.add(
                function=function, error="InternalError", times=chance.randint(1, 9), skip=chance.randint(0, 9)
            )
            where.tick(at)
        case "answer lost":
            where.aws.faults.add(function=function, error="drop", after=True, times=2, skip=chance.randint(0, 9))
            where.tick(at)
        case "killed":
            with where.killing(function, chance.uniform(0.05, 1.5)):
                where.tick(at)
        case "twice":
            where.tick(at)
            where.tick(at)
        case "late":
            where.tick(at, late=timedelta(minutes=9))


@pytest.mark.parametrize("target", TARGETS)
def test_every_outage_is_one_incident_and_nothing_else_is(lived: Lived, target: str) -> None:
    opened, resolved = (lived.told(f"uptime/{target}", event) for event in ("opened", "resolved"))
    outages = [one for one in lived.month.outages if one.target == target]
    assert len(opened) == len(resolved) == len(outages) > 0
    for outage, begin, end in zip(outages, opened, resolved, strict=True):
        assert timedelta(0) <= begin.at - lived.month.at(outage.begin) < NOTICED
        assert timedelta(0) <= end.at - lived.month.at(outage.end) < NOTICED
        assert begin.incident == end.incident


@pytest.mark.parametrize("target", TARGETS)
def test_every_outage_and_its_end_are_told_and_only_once_unless_a_sender_was_killed(lived: Lived, target: str) -> None:
    texts = [str(message) for message in lived.world.slack.messages]
    for outage in lived.told(f"uptime/{target}", "opened"):
        about = [text for text in texts if outage.incident in text]
        assert about, f"nobody heard of {outage.incident}"
        assert len(about) <= 2 + lived.world.killed.count("notify") + 1  # a reminder after four hours


def test_no_message_is_left_unsent(lived: Lived) -> None:
    client = lived.world.aws.client("dynamodb")
    pages = client.get_paginator("scan").paginate(TableName=lived.world.table.name)
    items = [item for page in pages for item in page["Items"]]
    due = [item for item in items if "due_at" in item]
    assert due == []
