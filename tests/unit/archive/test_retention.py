"""Which backups stay and which go, rule by rule; the rules for all histories are in test_retention_properties.py."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from caretaker.archive.entries import Entry
from caretaker.archive.retention import plan
from caretaker.core.config import Retention
from tests.proofs import backed_up

NOW = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
POLICY = Retention(keep_last=1)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def gone(backups: Iterable[Entry], policy: Retention = POLICY, now: datetime = NOW) -> list[float]:
    """Return the ages in days of what goes, the youngest first."""
    return [
        (now - decision.entry.manifest.dumped_at) / timedelta(days=1)
        for decision in plan(backups, policy, now)
        if decision.expires
    ]


def kept_because(backups: Iterable[Entry], policy: Retention = POLICY) -> dict[float, str]:
    return {
        (NOW - decision.entry.manifest.dumped_at) / timedelta(days=1): decision.reason
        for decision in plan(backups, policy, NOW)
        if not decision.expires
    }


def test_what_is_past_its_age_goes_but_for_the_one_in_which_the_window_begins() -> None:
    daily = [backed_up(ago(day)) for day in range(40)]

    assert gone(daily) == [32, 33, 34, 35, 36, 37, 38, 39]
    kept = kept_because(daily)
    assert kept[31] == "the window of 30 d begins in its time"
    assert kept[30] == "younger than 30 d"


def test_the_one_that_the_window_needs_goes_when_a_younger_one_takes_its_place() -> None:
    sparse = [backed_up(ago(1)), backed_up(ago(29)), backed_up(ago(45))]

    assert gone(sparse) == []
    assert gone(sparse, now=NOW + timedelta(days=2)) == [47]


def test_emergency_backups_have_an_age_of_their_own() -> None:
    backups = [backed_up(ago(1)), backed_up(ago(89), kind="emergency"), backed_up(ago(91), kind="emergency")]

    assert gone(backups) == [91]


def test_the_last_good_ones_stay_however_old_they_are() -> None:
    backups = [backed_up(ago(day)) for day in (100, 101, 102, 103, 104)]

    assert gone(backups, Retention(keep_last=3)) == [103, 104]
    assert set(kept_because(backups, Retention(keep_last=3))) == {100, 101, 102}


@pytest.mark.parametrize(
    "bad",
    [
        {"drilled": False},
        {"reached": None},
        {"reached": "present"},
        {"reached": "checksums"},
    ],
)
def test_what_is_not_proven_never_counts_as_good(bad: dict[str, object]) -> None:
    failing = [backed_up(ago(day), **bad) for day in range(40)]  # type: ignore[arg-type] # the values fit their names
    backups = [*failing, backed_up(ago(50)), backed_up(ago(51)), backed_up(ago(60))]

    assert gone(backups, Retention(keep_last=2)) == [60]
    assert kept_because(backups, Retention(keep_last=2))[39] == "no newer one is good"


def test_a_damaged_one_goes_only_past_its_age_and_with_a_newer_good_one() -> None:
    old, young = backed_up(ago(50), "decoded", "rows-differ"), backed_up(ago(20), "decoded", "rows-differ")

    assert gone([old, young]) == []
    assert gone([old, young, backed_up(ago(60))]) == []
    assert gone([old, young, backed_up(ago(1))]) == [50]


def test_nothing_goes_where_nothing_is_good() -> None:
    assert gone(backed_up(ago(day), drilled=False) for day in range(300)) == []


def test_the_newest_that_got_furthest_stays_beside_newer_ones_that_were_only_decoded() -> None:
    backups = [backed_up(ago(day), "decoded") for day in range(35)]
    backups += [backed_up(ago(day), "equal") for day in (80, 81)]

    assert gone(backups) == [32, 33, 34, 81]
    assert kept_because(backups)[80] == "the newest that was found equal"


def test_a_held_one_stays_and_does_not_make_others_go_that_are_good() -> None:
    backups = [backed_up(ago(1)), backed_up(ago(400), drilled=False, held=True), backed_up(ago(399), drilled=False)]

    assert gone(backups) == [399]
    assert kept_because(backups)[400] == "held"


def test_a_backup_from_the_future_stays_and_is_no_reason_for_others_to_go() -> None:
    backups = [backed_up(ago(-365)), backed_up(ago(50)), backed_up(ago(60)), backed_up(ago(70))]

    assert gone(backups, Retention(keep_last=2)) == [70]
    assert gone(backups[:2]) == []
    assert kept_because(backups)[-365] == "from the future: it counts for nothing"


def test_a_backup_of_this_very_hour_is_not_from_the_future() -> None:
    assert gone([backed_up(NOW + timedelta(minutes=50)), backed_up(ago(40)), backed_up(ago(41))]) == [41]


def test_the_newest_good_one_of_each_week_month_and_year_stays() -> None:
    daily = [backed_up(ago(day)) for day in range(900)]

    kept = kept_because(daily, Retention(keep_last=1, weekly=8, monthly=6, yearly=3))

    old = {days: reason for days, reason in kept.items() if days > 31}
    assert list(old.values()) == [
        "the last good one of 2026-W42",
        "the last good one of 2026-W41",
        "the last good one of 2026-W40",
        "the last good one of 2026-09",
        "the last good one of 2026-08",
        "the last good one of 2026-07",
        "the last good one of 2026-06",
        "the last good one of 2025",
        "the last good one of 2024",
    ]


def test_a_week_begins_on_monday_and_belongs_to_the_year_that_iso_gives_it() -> None:
    sunday, monday = datetime(2027, 1, 3, 12, tzinfo=UTC), datetime(2027, 1, 4, 12, tzinfo=UTC)
    backups = [backed_up(monday), backed_up(sunday), backed_up(sunday - timedelta(days=1))]

    decisions = plan(backups, Retention(keep_last=1, weekly=2), monday + timedelta(days=100))

    assert [(decision.expires, decision.reason) for decision in decisions][1:] == [
        (False, "the last good one of 2026-W53"),
        (True, "older than 30 d"),
    ]


def test_a_week_without_a_good_one_does_not_count() -> None:
    backups = [backed_up(ago(50)), backed_up(ago(57), drilled=False), backed_up(ago(64)), backed_up(ago(71))]

    assert gone(backups, Retention(keep_last=1, weekly=2)) == [57, 71]


def test_databases_are_judged_each_by_itself() -> None:
    backups = [
        *(backed_up(ago(day), database="main") for day in range(40)),
        backed_up(ago(500), database="left-the-configuration"),
        backed_up(ago(90), database="failing", drilled=False),
    ]

    assert gone(backups) == [32, 33, 34, 35, 36, 37, 38, 39]


def test_order_is_by_the_times_of_the_snapshots_and_never_by_name() -> None:
    late = backed_up(ago(60), began_at=ago(1), dumped_at=ago(1))
    early = backed_up(ago(35), began_at=ago(62), dumped_at=ago(62))

    assert [decision.entry for decision in plan([late, early], POLICY, NOW)] == [late, early]
    assert gone([late, early, backed_up(ago(40))]) == [62]


@pytest.mark.parametrize("behind", [4000, -4000])
def test_a_servers_clock_that_is_years_off_makes_no_backup_old_or_from_the_future(behind: int) -> None:
    right = [backed_up(ago(day)) for day in range(40)]
    wrong = [backed_up(ago(day), dumped_at=ago(day + behind)) for day in range(40)]

    assert _reasons(wrong) == _reasons(right)


def _reasons(backups: Iterable[Entry]) -> dict[datetime, str]:
    return {decision.entry.manifest.id.at: decision.reason for decision in plan(backups, POLICY, NOW)}


def test_the_reason_to_go_says_what_is_known() -> None:
    backups = [
        backed_up(ago(1)),
        backed_up(ago(40)),
        backed_up(ago(41)),
        backed_up(ago(42), drilled=False),
        backed_up(ago(43), None),
    ]

    assert [decision.reason for decision in plan(backups, POLICY, NOW) if decision.expires] == [
        "older than 30 d",
        "older than 30 d, never proven, and a newer one is good",
        "older than 30 d, damaged, and a newer one is good",
    ]
