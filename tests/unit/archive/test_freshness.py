"""A database is fresh if and only if a believable backup of it is young enough."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.archive.freshness import judge_freshness
from caretaker.archive.identity import BackupId
from caretaker.archive.manifest import Manifest
from caretaker.core.results import Severity, Status
from tests.backups import AT, manifest

RPO = 26 * 3600
NEWEST = manifest(AT)


def test_a_young_backup_is_fresh() -> None:
    assert judge_freshness("main", RPO, [NEWEST], AT + timedelta(hours=25)) == []


def test_no_backup_at_all_is_said_with_the_way_to_make_one() -> None:
    (finding,) = judge_freshness("main", RPO, [], AT)
    assert (finding.code, finding.severity, finding.status) == ("never", Severity.CRITICAL, Status.DOWN)
    assert finding.message == "there is no backup of main"
    assert "caretaker backup main --kind emergency" in finding.fix


def test_an_old_backup_is_said_with_its_age_the_limit_its_id_and_its_time() -> None:
    (finding,) = judge_freshness("main", RPO, [NEWEST], AT + timedelta(hours=31))
    assert (finding.code, finding.severity, finding.status) == ("too-old", Severity.CRITICAL, Status.DOWN)
    assert finding.message == (
        "the last good backup of main is 30 h 59 min old, and may be 26 h old: it is 20261120T020000Z-daily-d9af, "
        "of 2026-11-20T02:00:02Z"
    )
    assert (finding.measured, finding.limit) == ("30 h 59 min", "26 h")
    assert "backup/main" in finding.fix


def test_the_age_counts_from_the_snapshot_not_from_the_end_of_the_run() -> None:
    late = manifest(AT, finished_at=AT + timedelta(hours=9))
    assert judge_freshness("main", RPO, [late], late.dumped_at + timedelta(seconds=RPO)) == []
    assert judge_freshness("main", RPO, [late], late.dumped_at + timedelta(seconds=RPO + 1))


def test_neither_name_nor_scheduled_time_makes_a_backup_the_newest() -> None:
    recorded = manifest(AT, id=BackupId("main", "daily", AT - timedelta(days=3)))
    assert judge_freshness("main", RPO, [recorded, manifest(AT - timedelta(days=2))], AT) == []


@pytest.mark.parametrize("other", ["app_staging", "ap", "App"])
def test_the_backup_of_a_database_with_a_similar_name_is_none(other: str) -> None:
    (finding,) = judge_freshness("app", RPO, [manifest(AT, database=other)], AT)
    assert finding.code == "never"


def test_a_backup_made_while_the_judging_run_was_late_is_fresh() -> None:
    assert judge_freshness("main", RPO, [NEWEST], AT - timedelta(minutes=20)) == []


def test_a_backup_from_the_future_makes_nothing_fresh() -> None:
    future = manifest(AT + timedelta(days=400))
    (finding,) = judge_freshness("main", RPO, [future, manifest(AT - timedelta(days=3))], AT)
    assert finding.code == "too-old"
    assert "backups from the future, which do not count: 1" in finding.message
    (finding,) = judge_freshness("main", RPO, [future], AT)
    assert finding.code == "never"


@pytest.mark.parametrize("wrong", [timedelta(days=-30), timedelta(days=30)], ids=["behind", "ahead"])
def test_a_servers_clock_makes_no_backup_older_or_newer_than_its_run(wrong: timedelta) -> None:
    backup = manifest(AT, dumped_at=AT + wrong)

    assert judge_freshness("main", RPO, [backup], AT + timedelta(hours=25)) == []
    (finding,) = judge_freshness("main", RPO, [backup], AT + timedelta(hours=31))
    assert (finding.code, finding.measured) == ("too-old", "30 h 59 min")


AGES = st.integers(-3_600, 40 * 24 * 3600)


@given(st.lists(AGES, max_size=5), st.integers(1, 40 * 24 * 3600), st.randoms())
def test_it_is_fresh_if_and_only_if_one_backup_is_young_enough(ages: list[int], rpo: int, random: Random) -> None:
    backups: list[Manifest] = [
        manifest(AT, began_at=taken, dumped_at=taken) for age in ages if (taken := AT - timedelta(seconds=age))
    ]
    random.shuffle(backups)
    found = [finding.code for finding in judge_freshness("main", rpo, backups, AT)]
    assert found == ([] if any(age <= rpo for age in ages) else ["too-old"] if ages else ["never"])
