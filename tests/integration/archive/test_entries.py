"""The backups with what became of them: the last drill's word, and whether they are held."""

from datetime import timedelta

import pytest

from caretaker.archive.entries import Entry, entries
from caretaker.archive.hold import hold, release
from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest import Manifest
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import AlreadyThere, Bucket, StorageFailed
from caretaker.archive.proof import Proof
from caretaker.archive.proof_file import encode as encode_proof
from caretaker.archive.proof_file import proof_key
from tests.backups import AT, manifest
from tests.faults import Faults, unreachable
from tests.proofs import proof

MAIN = manifest()
NOW = AT + timedelta(days=1)


def store(bucket: Bucket, made: Manifest = MAIN) -> None:
    bucket.put(made.id.key(MANIFEST), encode(made), if_absent=True, content_type="application/json")


def drilled(bucket: Bucket, *proofs: Proof) -> None:
    for one in proofs:
        key = proof_key(one.backup, one.began_at)
        bucket.put(key, encode_proof(one), if_absent=True, content_type="application/json")


def only(bucket: Bucket) -> Entry:
    [entry] = entries(bucket).entries
    return entry


def test_a_backup_without_a_drill_has_no_proof_and_is_not_good(bucket: Bucket) -> None:
    store(bucket)

    assert only(bucket) == Entry(MAIN, None, held=False)
    assert not only(bucket).is_good


def test_the_last_drill_counts(bucket: Bucket) -> None:
    store(bucket)
    bad, good = proof(MAIN.id, "present", at=NOW), proof(MAIN.id, "equal", at=NOW + timedelta(hours=1))
    drilled(bucket, bad, good)
    assert only(bucket) == Entry(MAIN, good, held=False)
    assert only(bucket).is_good

    drilled(bucket, proof(MAIN.id, "restored", "rows-differ", at=NOW + timedelta(hours=2)))
    assert not only(bucket).is_good


@pytest.mark.parametrize("body", [b"", b"{", b'{"schema_version": 99}', b" " * 70_000, None])
def test_a_proof_that_cannot_be_believed_is_none_and_is_named(bucket: Bucket, body: bytes | None) -> None:
    store(bucket)
    drilled(bucket, proof(MAIN.id, at=NOW))
    key = proof_key(MAIN.id, NOW + timedelta(hours=1))
    of_another = encode_proof(proof(manifest(database="other").id, at=NOW))
    bucket.put(key, of_another if body is None else body, if_absent=True, content_type="application/json")

    found = entries(bucket)

    assert [entry.proof for entry in found.entries] == [None], "an older one says nothing of now"
    assert [damaged.key for damaged in found.damaged] == [key]


def test_a_backup_is_held_until_it_is_released_and_can_be_held_again(bucket: Bucket) -> None:
    store(bucket)
    for hour, note, held in ((0, hold, True), (1, release, False), (2, hold, True)):
        note(bucket, MAIN.id, "a reason", NOW + timedelta(hours=hour))
        assert only(bucket).held is held


def test_a_hold_and_a_release_of_one_second_mean_that_it_is_held(bucket: Bucket) -> None:
    store(bucket)
    release(bucket, MAIN.id, "", NOW)
    hold(bucket, MAIN.id, "a reason", NOW)
    assert only(bucket).held


@pytest.mark.parametrize("ahead", [0, 3600])
def test_a_release_counts_in_the_second_of_the_hold_and_against_a_clock_that_is_ahead(
    bucket: Bucket, ahead: int
) -> None:
    store(bucket)
    hold(bucket, MAIN.id, "a reason", NOW + timedelta(seconds=ahead))
    release(bucket, MAIN.id, "", NOW)
    assert not only(bucket).held


def test_a_second_hold_of_one_second_is_refused_and_the_first_one_stays(bucket: Bucket) -> None:
    store(bucket)
    hold(bucket, MAIN.id, "one", NOW)
    with pytest.raises(AlreadyThere):
        hold(bucket, MAIN.id, "another", NOW)
    assert only(bucket).held


def test_a_reason_is_printable_and_not_endless(bucket: Bucket) -> None:
    store(bucket)
    hold(bucket, MAIN.id, "a\x1b[31m" + "x" * 2000, NOW)

    body = bucket.get(MAIN.id.stamped("held/", NOW), 10_000).decode()

    assert "\x1b" not in body
    assert "\\u001b" not in body
    assert len(body) < 700


def test_what_lies_beside_a_backup_of_another_name_is_not_its_own(bucket: Bucket) -> None:
    store(bucket)
    hold(bucket, manifest(database="main-2").id, "another", NOW)
    for key in (MAIN.id.key("held/x.json"), MAIN.id.key("held"), MAIN.id.key("old/held/20261121T020000Z.json")):
        bucket.put(key, b"", if_absent=True, content_type="text/plain")
    assert not only(bucket).held


def test_of_one_database_alone(bucket: Bucket) -> None:
    other = manifest(database="main-2")
    store(bucket)
    store(bucket, other)
    assert [entry.manifest for entry in entries(bucket, "main").entries] == [MAIN]


@pytest.mark.parametrize("position", range(3))
def test_what_could_not_be_read_whole_is_not_taken_for_less(bucket: Bucket, position: int) -> None:
    store(bucket)
    drilled(bucket, proof(MAIN.id, at=NOW))
    Faults(position, error=unreachable).watch(bucket.client)
    with pytest.raises(StorageFailed, match="there is no connection to S3"):
        entries(bucket)
