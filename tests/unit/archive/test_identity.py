"""A backup's id and its keys lead to each other, and to no other backup."""

from datetime import UTC, datetime, timedelta, timezone
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.archive.identity import DUMP, MANIFEST, BackupId, Kind, backup_id, prefix_of

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAILY = BackupId("main", "daily", AT)

NAMES = st.text(f"{ascii_letters}{digits}_.-", min_size=1, max_size=64).filter(lambda name: name not in (".", ".."))
KINDS: st.SearchStrategy[Kind] = st.sampled_from(["daily", "emergency"])
IDENTITIES = st.builds(
    BackupId, NAMES, KINDS, st.datetimes(timezones=st.timezones()).filter(lambda at: 2 < at.year < 9998)
)


def test_an_id_says_time_and_kind_and_its_keys_the_database_and_the_day() -> None:
    assert DAILY.text == "20261120T020000Z-daily-d9af"
    assert DAILY.prefix == "backups/main/2026/11/20/20261120T020000Z-daily-d9af/"
    assert DAILY.key(DUMP) == DAILY.prefix + "database.dump.zst"


@given(IDENTITIES)
def test_every_key_of_a_backup_leads_back_to_it(identity: BackupId) -> None:
    assert backup_id(identity.prefix) == identity
    assert backup_id(identity.key(MANIFEST)) == identity
    assert backup_id(identity.key("verified/20261121T020000Z.json")) == identity


@given(IDENTITIES, IDENTITIES)
def test_other_backups_have_other_prefixes(one: BackupId, other: BackupId) -> None:
    assert (one.prefix == other.prefix) == (one == other)
    assert one == other or not one.prefix.startswith(other.prefix)


@given(NAMES, NAMES)
def test_no_database_has_its_backups_among_those_of_another(one: str, other: str) -> None:
    assert one == other or not prefix_of(one).startswith(prefix_of(other))


@given(IDENTITIES, st.text(max_size=3), st.integers(0, 80))
def test_a_changed_prefix_is_of_no_backup_or_of_another_one(identity: BackupId, inserted: str, place: int) -> None:
    changed = identity.prefix[:place] + inserted + identity.prefix[place + 1 :]
    found = backup_id(changed)
    assert found is None or changed.startswith(found.prefix)


def test_the_same_time_in_another_zone_is_the_same_backup() -> None:
    berlin = AT.astimezone(timezone(timedelta(hours=1)))
    assert BackupId("main", "daily", berlin) == DAILY
    assert BackupId("main", "daily", AT.replace(microsecond=999_999)) == DAILY


def test_database_kind_and_time_each_make_another_id() -> None:
    others = [
        BackupId("app", "daily", AT),
        BackupId("main", "emergency", AT),
        BackupId("main", "daily", AT + timedelta(seconds=1)),
    ]
    assert len({DAILY.text, *(other.text for other in others)}) == 4


@pytest.mark.parametrize(
    "key",
    [
        "",
        "backups/",
        "backups/main/",
        DAILY.prefix.removesuffix("/"),
        "x" + DAILY.prefix,
        DAILY.prefix.replace("main", "main_staging"),
        DAILY.prefix.replace("main", "a/b"),
        DAILY.prefix.replace("main", ".."),
        DAILY.prefix.replace("/20/", "/21/"),
        DAILY.prefix.replace("daily", "hourly"),
        DAILY.prefix.replace("2026", "２０２６"),
        DAILY.prefix.replace("20261120T02", "20261120T25"),
    ],
)
def test_what_is_no_key_of_a_backup_is_of_none(key: str) -> None:
    assert backup_id(key) is None


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "ä", "a\n", "a" * 65])
def test_a_name_that_cannot_be_part_of_a_key_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a database"):
        BackupId(name, "daily", AT)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        BackupId("main", "daily", datetime(2026, 11, 20, 2, 0))  # noqa: DTZ001
