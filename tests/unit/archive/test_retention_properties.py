"""What retention promises for every history: random ones, a thousand here and a million in the slow tests."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from caretaker.archive.entries import Entry
from caretaker.archive.identity import BackupId, Kind
from caretaker.archive.proof import Level
from caretaker.archive.retention import is_ahead, plan
from caretaker.core.config import Retention
from tests.backups import manifest
from tests.proofs import proof

NOW = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
DATABASES = ("main", "left-the-configuration")
LEVELS: tuple[Level | None, ...] = (None, "present", "checksums", "decoded", "restored", "equal")
SOME = manifest()


@dataclass(frozen=True)
class History:
    """Backups, the policy they are planned by, and what comes later: so many seconds, and more backups."""

    backups: tuple[Entry, ...]
    policy: Retention
    later: timedelta
    more: tuple[Entry, ...]


def history(random: Random) -> History:
    span = random.choice((3, 40, 120, 900))
    backups = tuple(
        entry(random, NOW - timedelta(hours=random.randrange(span * 24))) for _ in range(random.choice(MANY))
    )
    if random.random() < 0.1:
        backups += (entry(random, NOW + timedelta(days=random.choice((0.02, 1, 400)))),)
    later = timedelta(hours=random.choice((0, 1, 30, 900, 9000)))
    more = tuple(entry(random, NOW + later * random.random()) for _ in range(random.choice((0, 0, 1, 2))))
    return History(unique(backups), policy(random), later, unique((*backups, *more))[len(unique(backups)) :])


MANY = (0, 1, 2, 3, 5, 8, 12)


def entry(random: Random, at: datetime) -> Entry:
    kind: Kind = "emergency" if random.random() < 0.2 else "daily"
    identity = BackupId(random.choice(DATABASES), kind, at)
    ahead = timedelta(
        days=random.choice((2, -2, -35, 4000, -4000)) if random.random() < 0.05 else 0
    )  # a server's clock
    made = replace(SOME, id=identity, began_at=at, dumped_at=at + ahead + timedelta(seconds=random.randrange(3)))
    codes = ("rows-differ",) if random.random() < 0.1 else ()
    drill = None if random.random() < 0.25 else proof(identity, random.choice(LEVELS), *codes)
    return Entry(made, drill, random.random() < 0.05)


def unique(backups: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple({each.manifest.id: each for each in backups}.values())


def policy(random: Random) -> Retention:
    return Retention(
        daily=86_400.0 * random.choice((1, 7, 30, 90)),
        emergency=86_400.0 * random.choice((1, 7, 30, 90)),
        keep_last=random.choice((1, 1, 2, 3, 7)),
        weekly=random.choice((0, 0, 1, 4)),
        monthly=random.choice((0, 0, 1, 12)),
        yearly=random.choice((0, 0, 1, 3)),
    )


def ids(backups: Iterable[Entry]) -> set[BackupId]:
    return {each.manifest.id for each in backups}


def expired(backups: Sequence[Entry], policy: Retention, now: datetime) -> list[Entry]:
    return [decision.entry for decision in plan(backups, policy, now) if decision.expires]


def without(backups: Iterable[Entry], gone: Iterable[Entry]) -> tuple[Entry, ...]:
    left = ids(gone)
    return tuple(each for each in backups if each.manifest.id not in left)


def good(backups: Iterable[Entry], now: datetime = NOW) -> Iterator[Entry]:
    return (each for each in backups if each.is_good and not is_ahead(each, now))


def judge(past: History, random: Random) -> int:
    """Raise if a promise is broken; return how many backups went."""
    gone = expired(past.backups, past.policy, NOW)
    stay = without(past.backups, gone)
    # Never zero good ones, and never the newest of them.
    for database in DATABASES:
        before = [each for each in good(past.backups) if each.manifest.id.database == database]
        if before:
            newest = max(before, key=lambda each: (each.manifest.as_of, each.manifest.id.at, each.manifest.id.kind))
            assert newest in stay
            assert sum(each.manifest.id.database == database for each in good(stay)) >= min(
                len(before), past.policy.keep_last
            )
    # What goes is past its age, not held, not from the future, and has a newer good one that stays.
    for each in gone:
        made = each.manifest
        age = past.policy.daily if made.id.kind == "daily" else past.policy.emergency
        assert (NOW - made.id.at).total_seconds() > age, "whatever the server's clock says"
        assert not each.held
        assert any(
            other.manifest.id.database == made.id.database and other.manifest.as_of >= made.as_of
            for other in good(stay)
        )
    # Every moment of the window can be had back, where it could be before.
    begins = NOW - timedelta(seconds=past.policy.daily)
    for database in DATABASES:
        assert covers(stay, database, begins) == covers(past.backups, database, begins)
    # A run that died after any part of its deletions has left the rest of the same plan.
    deleted = random.sample(gone, random.randint(0, len(gone)))
    assert ids(expired(without(past.backups, deleted), past.policy, NOW)) == ids(without(gone, deleted))
    # What may go may go at any later time, whatever has come meanwhile.
    assert ids(gone) <= ids(expired((*past.backups, *past.more), past.policy, NOW + past.later))
    return len(gone)


def covers(backups: Iterable[Entry], database: str, moment: datetime) -> bool:
    """Whether a good daily one shows a state of at or before this moment."""
    return any(
        each.manifest.id.database == database and each.manifest.id.kind == "daily" and each.manifest.as_of < moment
        for each in good(backups)
    )


@pytest.mark.parametrize(
    ("seed", "histories"),
    [(20261121, 1_000), *(pytest.param(seed, 100_000, marks=[pytest.mark.slow]) for seed in range(10))],
)
def test_the_promises_hold_for_every_history(seed: int, histories: int) -> None:
    random = Random(seed)
    gone = sum(judge(history(random), random) for _ in range(histories))
    print(f"{histories:,} histories, {gone:,} backups went")  # noqa: T201 - how much was tried belongs to the result
    assert gone > histories / 2, "histories in which nothing goes prove nothing"


def test_planning_again_after_a_whole_run_changes_nothing() -> None:
    random = Random(4)
    for _ in range(500):
        past = history(random)
        left = without(past.backups, expired(past.backups, past.policy, NOW))
        assert expired(left, past.policy, NOW) == []


def test_thirty_days_of_failing_backups_take_no_good_one_along() -> None:
    random = Random(9)
    kept = tuple(entry_of(NOW - timedelta(days=day), "equal") for day in range(5))
    backups = kept
    for day in range(1, 31):
        now = NOW + timedelta(days=day)
        backups += (entry_of(now, random.choice((None, "present", "checksums"))),)
        backups = without(backups, expired(backups, Retention(daily=7 * 86_400.0, keep_last=2), now))
    assert [each for each in backups if each.is_good] == list(kept[:2])


def entry_of(at: datetime, reached: Level | None) -> Entry:
    identity = BackupId("main", "daily", at)
    return Entry(replace(SOME, id=identity, dumped_at=at), proof(identity, reached), False)
