"""A simulated month on the local AWS: whatever goes wrong meanwhile, its promises are kept in the end.

``make soak`` runs it; SOAK_DAYS and SOAK_SEED are how long and which.
"""

import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from caretaker.archive.entries import entries
from caretaker.archive.identity import BackupId, backup_id
from caretaker.archive.retention import plan
from caretaker.core.availability import Change
from caretaker.core.config import Retention
from caretaker.core.store.incident_index import changes
from caretaker.core.store.waiting import longest_wait
from caretaker.cost.measured import load_measured
from tests.soak.clock import WORKS_HERE
from tests.soak.month import SLOTS_A_DAY, TARGETS, Month, Trouble, month
from tests.soak.world import World, world

DAYS = int(os.environ.get("SOAK_DAYS", "30"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
ALWAYS = ("uptime", "notify", "cert_check", "verify")  # who runs in each slot, and who besides by the hour (UTC)
AT_NIGHT = {2: ("backup", "verify"), 3: ("verify",), 4: ("cleanup",)}
POLICY = Retention(daily=7 * 86_400, emergency=14 * 86_400, keep_last=3)  # as the world's configuration has it
_CALLS_A_TRY = 10  # of a message: its plan, claim, secret, and what came of it
NOTICED = timedelta(hours=3)  # after two slots at the latest, even if one of them is troubled

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(7200),
    pytest.mark.skipif(not WORKS_HERE, reason="the clock can only be moved on Linux and x86_64"),
]


@dataclass
class Lived:
    """A month that is over, in the world in which it took place.

    ``proven`` has the backups that were good at the end of some day, with the times of their snapshots; ``calls`` how
    many of AWS each function made.
    """

    month: Month
    world: World
    proven: dict[BackupId, datetime] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def end(self) -> datetime:
        """When the month is over."""
        return self.month.at(self.month.days * SLOTS_A_DAY)

    def told(self, check: str, event: str) -> list[Change]:
        """Return when incidents of a check were opened, or resolved."""
        found = changes(self.world.table, self.month.begin, self.end)
        return [one for one in found if (one.check, one.event) == (check, event)]


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    begin = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    what = month(begin, DAYS, SEED)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, world(Path(folder), begin) as where:
        chance = random.Random(SEED)
        life = Lived(what, where)
        for slot in range(DAYS * SLOTS_A_DAY):
            _live(where, what, slot, chance)
            if slot % SLOTS_A_DAY == SLOTS_A_DAY - 1:
                _look_back(life)
        yield life


def _look_back(life: Lived) -> None:
    """Remember a day that is over, and let the local AWS forget it."""
    found = entries(life.world.bucket, "main").entries
    life.proven |= {one.manifest.id: one.manifest.dumped_at for one in found if one.is_good}
    life.calls.update(call.function for call in life.world.aws.calls)
    life.world.aws.forget()


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
    for minute in (2, 30):
        where.tick(at + timedelta(minutes=minute))
    where.aws.faults.clear()


def _look(where: World, at: datetime, trouble: Trouble | None, chance: random.Random) -> None:
    """Let a slot begin, with what goes wrong in it."""
    function = chance.choice((*ALWAYS, *AT_NIGHT.get(at.hour, ())))
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
            where.tick(at, kill=function, after=chance.uniform(0.05, 1.5))
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
    assert longest_wait(lived.world.table, lived.end) == 0


def test_every_day_has_a_proven_backup_or_somebody_was_told(lived: Lived) -> None:
    checks = ("backup/main", "freshness/main", "verify/main")
    told = [one.at for check in checks for one in lived.told(check, "opened")]
    for day in range(lived.month.days):
        begin = lived.month.at(day * SLOTS_A_DAY)
        good = [one for one in lived.proven if begin <= one.at < begin + timedelta(days=1)]
        assert good or any(begin <= at < begin + timedelta(days=1) for at in told), f"day {day}"
    assert len(lived.proven) >= lived.month.days - len(lived.month.without_database) - len(lived.month.troubles)


def test_what_is_kept_is_what_the_rules_say_and_nothing_else(lived: Lived) -> None:
    there = entries(lived.world.bucket)
    assert there.damaged == ()
    assert [one for one in plan(there.entries, POLICY, lived.end) if one.expires] == []
    kept = {one.manifest.id for one in there.entries}
    young = {one for one in lived.proven if lived.end - one.at < timedelta(seconds=POLICY.daily)}
    assert {one: lived.proven[one] for one in young - kept} == {}
    assert len(kept) < lived.month.days or lived.month.days <= POLICY.daily // 86_400 + 1


def test_no_object_and_no_upload_is_left_that_belongs_to_no_backup(lived: Lived) -> None:
    kept = {one.manifest.id for one in entries(lived.world.bucket).entries}
    old = lived.end - timedelta(hours=72)  # found after 48 h, by the run of the next morning
    for listed in lived.world.bucket.keys("backups/"):
        assert backup_id(listed.key) in kept or listed.modified > old, listed.key
    uploads = lived.world.bucket.client.list_multipart_uploads(Bucket=lived.world.bucket.name)
    assert [one for one in uploads.get("Uploads", []) if one["Initiated"] < old] == []


@pytest.mark.parametrize("function", ["uptime", "notify"])
def test_a_month_of_trouble_costs_little_more_than_the_bill_says(lived: Lived, function: str) -> None:
    use = load_measured().use(function, len(TARGETS))
    assert use is not None
    runs = 2 * lived.month.days * SLOTS_A_DAY * (1 + 0.2)  # two in each slot, and some slots began twice
    calls = 2 * use.reads + use.writes + use.decrypted  # a query of what may be a moment old is half a unit of reading
    tries = lived.world.slack.asked if function == "notify" else 0
    assert lived.calls[function] <= runs * calls + _CALLS_A_TRY * tries
