"""What speaks against relying on backups is judged from what drills have recorded."""

from datetime import datetime, timedelta
from typing import Any

from caretaker.archive.entries import Entry
from caretaker.archive.proof import Level, Noted, Proof, Step
from caretaker.archive.provenness import judge_proofs, measured, predicted_restore
from tests.backups import AT, manifest

LATER = AT + timedelta(hours=7)


def entry(
    at: datetime,
    reached: Level | None = None,
    *codes: str,
    seconds: float = 4.0,
    **changes: Any,  # of any field of the manifest
) -> Entry:
    made = manifest(at, raw_bytes=4_000_000, **changes)
    if reached is None and not codes:
        return Entry(made, None, False)
    noted = tuple(Noted(code, f"because of {code}") for code in codes)
    steps = (Step("restored", seconds, 4_000_000),) if reached in ("restored", "equal") else ()
    return Entry(made, Proof(made.id, at, at, reached, noted, steps, 12, 12, (), "18.6", "0"), False)


def codes(*entries: Entry, at: datetime = LATER, rto: float = 3600) -> list[str]:
    return [finding.code for finding in judge_proofs("main", rto, entries, at)]


def test_a_backup_that_was_proven_is_nothing_to_speak_of() -> None:
    assert codes(entry(AT, "equal")) == []


def test_what_the_newest_drill_found_counts() -> None:
    assert codes(entry(AT, "restored", "rows-differ"), entry(AT - timedelta(days=1), "equal")) == [
        "rows-differ",
        "drill-stale",
    ]
    assert codes(entry(AT, "equal"), entry(AT - timedelta(days=1), "restored", "rows-differ")) == []


def test_a_backup_without_a_proof_is_stale_after_six_hours() -> None:
    fresh = AT + timedelta(hours=5)

    assert codes(entry(AT), at=fresh) == []
    assert codes(entry(AT)) == ["drill-stale"]
    assert codes(entry(AT + timedelta(hours=6), "equal"), entry(AT)) == []


def test_a_servers_clock_that_is_days_behind_makes_no_proof_late_and_one_that_is_ahead_hides_none() -> None:
    behind, ahead = (entry(AT, dumped_at=AT + timedelta(days=days)) for days in (-3, 3))

    assert codes(behind, at=AT + timedelta(hours=5)) == []
    assert codes(ahead) == ["drill-stale"]


def test_backups_that_come_every_hour_do_not_hide_that_none_was_proven() -> None:
    hourly = [entry(LATER - timedelta(hours=hours)) for hours in range(9)]

    assert codes(*hourly) == ["drill-stale"]


def test_a_restore_that_would_take_longer_than_promised_is_at_risk() -> None:
    [finding] = judge_proofs("main", 3, [entry(AT, "equal")], LATER)

    assert finding.code == "rto-at-risk"
    assert (finding.measured, finding.limit) == ("4 s", "3 s")


def test_the_newest_backup_is_predicted_by_the_last_measured_pace() -> None:
    newest, drilled = entry(AT), entry(AT - timedelta(days=1), "equal", seconds=8.0)

    assert predicted_restore(newest.manifest, [newest, drilled]) == 8.0
    assert predicted_restore(newest.manifest, [newest]) is None


def test_what_a_drill_has_measured_is_said() -> None:
    shown = measured([entry(AT, "equal")])

    assert (shown["level"], shown["restored_seconds"], shown["restored_bytes_per_second"]) == ("equal", 4.0, 1_000_000)


def test_other_databases_are_not_judged() -> None:
    assert [one.code for one in judge_proofs("shop", 3600, [entry(AT, "restored", "rows-differ")], LATER)] == []
