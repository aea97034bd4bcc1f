"""A proof says how far a backup was followed, and its record is believed only if it is whole."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.archive.identity import BackupId
from caretaker.archive.proof import LEVELS, Level, Noted, Proof, Step
from caretaker.archive.proof_file import LARGEST, UnreadableProof, decode, encode, proof_key

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
BACKUP = BackupId("main", "daily", AT)
WHOLE = Proof(BACKUP, AT, AT, "equal", (), tuple(Step(level, 2.0, 10) for level in LEVELS), 43, 43, (), "18.6", "0.1.0")


@pytest.mark.parametrize(
    ("reached", "good"), [(None, False), ("present", False), ("checksums", False), ("decoded", True), ("equal", True)]
)
def test_a_backup_is_good_from_the_level_decoded_on(reached: Level | None, good: bool) -> None:
    assert replace(WHOLE, reached=reached).is_good is good


@pytest.mark.parametrize("code", ["checksum-mismatch", "restore-failed", "rows-differ"])
def test_a_backup_that_is_damaged_is_never_good(code: str) -> None:
    proof = replace(WHOLE, noted=(Noted(code, "x"),))

    assert proof.is_damaged
    assert not proof.is_good


@pytest.mark.parametrize("code", ["missing-extension", "too-big-to-drill", "drill-unavailable"])
def test_what_a_drill_could_not_do_is_no_damage(code: str) -> None:
    assert replace(WHOLE, reached="decoded", noted=(Noted(code, "x"),)).is_good


def test_a_step_has_a_rate_only_where_there_is_something_to_divide() -> None:
    assert Step("restored", 2.0, 10).rate == 5.0
    assert Step("restored", 0.0, 10).rate is None
    assert WHOLE.step("restored") == Step("restored", 2.0, 10)


def test_a_record_is_read_as_it_was_written() -> None:
    noted = replace(WHOLE, noted=(Noted("missing-extension", "41 of 43"),), set_aside=("postgis",), compared=41)

    assert decode(encode(noted), BACKUP) == noted
    assert proof_key(BACKUP, AT).endswith("/verified/20261120T020000Z.json")


def test_a_record_says_on_whose_server_it_was_and_one_from_before_that_means_the_one_that_is_thrown_away() -> None:
    there = replace(WHOLE, on="target")
    assert decode(encode(there), BACKUP) == there

    document = json.loads(encode(there))
    del document["on"]
    assert decode(json.dumps(document).encode(), BACKUP) == WHOLE

    with pytest.raises(UnreadableProof, match="on is none of throw-away, target"):
        decode(json.dumps(document | {"on": "production"}).encode(), BACKUP)


def test_a_record_has_the_digest_that_was_found_right_and_one_from_before_that_has_none() -> None:
    right = replace(WHOLE, dump_sha256="ab" * 32)
    assert decode(encode(right), BACKUP) == right

    document = json.loads(encode(right))
    del document["dump_sha256"]
    assert decode(json.dumps(document).encode(), BACKUP) == WHOLE


@given(st.lists(st.text(max_size=2000), max_size=80))
def test_a_record_is_small_whatever_was_noted(texts: list[str]) -> None:
    noted = tuple(Noted("rows-differ", text) for text in texts)

    data = encode(replace(WHOLE, noted=noted, set_aside=tuple(texts)))

    assert decode(data, BACKUP).is_damaged is bool(noted)
    assert len(data) < LARGEST * 4


@pytest.mark.parametrize(
    "change",
    [{"backup": "another"}, {"database": "another"}, {"reached": "sure"}, {"schema_version": 99}, {"tables": -1}],
)
def test_a_record_that_was_changed_is_not_believed(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadableProof, match="cannot be believed"):
        decode(json.dumps(json.loads(encode(WHOLE)) | change).encode(), BACKUP)


def test_what_is_no_json_is_not_believed() -> None:
    with pytest.raises(UnreadableProof, match="it is no JSON"):
        decode(b"\x00", BACKUP)
