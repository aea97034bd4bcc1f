"""A stored manifest is small, gives back what was written, and is not believed unless it is whole."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caretaker.archive.identity import DUMP, MANIFEST, BackupId
from caretaker.archive.manifest import Extension, LargeObjects, Manifest, Seconds, Server, StoredObject, TableTotals
from caretaker.archive.manifest_file import LARGEST, UnreadableManifest, decode, encode
from tests.backups import MANIFEST_SCHEMA, manifest

WHOLE = manifest(excluded_table_data=("audit.raw_events",))
KEY = WHOLE.id.key(MANIFEST)

_TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_COUNTS = st.integers(0, 2**63)
_SHA256 = st.binary(min_size=32, max_size=32).map(bytes.hex)
_SPANS = st.floats(0, 1e6)
_ANY_TEXT = st.text(max_size=2_000)
_STORED = st.builds(StoredObject, st.sampled_from(["a", "b"]), _COUNTS, _SHA256, _COUNTS, _SHA256)
_DUMPED = st.builds(StoredObject, st.just(DUMP), _COUNTS, _SHA256, _COUNTS, _SHA256)
MANIFESTS = st.builds(
    Manifest,
    id=st.builds(BackupId, st.sampled_from(["main", "app_staging"]), st.sampled_from(["daily", "emergency"]), _TIMES),
    reason=_ANY_TEXT,
    request=_ANY_TEXT,
    began_at=_TIMES,
    dumped_at=_TIMES,
    finished_at=_TIMES,
    snapshot=_ANY_TEXT,
    server=st.builds(
        Server,
        *[_ANY_TEXT] * 5,
        _COUNTS,
        _ANY_TEXT,
        st.booleans(),
        st.sampled_from(["libc", "icu", "builtin"]),
        _ANY_TEXT,
        _ANY_TEXT,
    ),
    client_version=_ANY_TEXT,
    extensions=st.lists(st.builds(Extension, _ANY_TEXT, _ANY_TEXT), max_size=40).map(tuple),
    objects=st.tuples(_DUMPED, _STORED, _STORED, _STORED),
    totals=st.builds(
        TableTotals, _COUNTS, st.none() | _COUNTS, st.sampled_from(["full", "counts", "off"]), st.none() | _SHA256
    ),
    sequences=_COUNTS,
    large_objects=st.builds(LargeObjects, _COUNTS, st.none() | _COUNTS, st.none() | _SHA256),
    excluded_table_data=st.lists(_ANY_TEXT, max_size=40).map(tuple),
    tool_version=_ANY_TEXT,
    seconds=st.builds(Seconds, _SPANS, _SPANS, _SPANS, _SPANS),
)


def test_what_is_written_is_read_again() -> None:
    assert decode(encode(WHOLE), KEY) == WHOLE


@given(MANIFESTS)
def test_every_manifest_is_small_fits_the_schema_and_is_read_again_and_what_finds_no_room_is_counted(
    written: Manifest,
) -> None:
    data = encode(written)
    assert len(data) <= LARGEST
    MANIFEST_SCHEMA.validate(json.loads(data))
    read = decode(data, written.id.key(MANIFEST))
    assert (read.id, read.dumped_at, read.objects, read.totals) == (
        written.id,
        written.dumped_at,
        written.objects,
        written.totals,
    )
    assert encode(read) == data, "what was read is stored as it was"
    assert len(read.extensions) + read.extensions_left_out == len(written.extensions)
    assert len(read.excluded_table_data) + read.excluded_left_out == len(written.excluded_table_data)


def test_the_longest_texts_leave_room() -> None:
    longest = "\N{PILE OF POO}" * 5_000
    whole = replace(
        WHOLE,
        reason=longest,
        request=longest,
        snapshot=longest,
        client_version=longest,
        tool_version=longest,
        server=Server(longest, longest, longest, longest, longest, 1, longest, False, "icu", longest, longest),
    )
    assert len(encode(whole)) < LARGEST
    assert decode(encode(whole), KEY).extensions == WHOLE.extensions


def test_thousands_of_excluded_tables_fill_the_room_that_there_is() -> None:
    excluded = tuple(f"audit.events_{number}" for number in range(5_000))
    read = decode(encode(replace(WHOLE, excluded_table_data=excluded)), KEY)
    assert read.excluded_table_data == excluded[: len(read.excluded_table_data)]
    assert len(read.excluded_table_data) > 300
    assert read.extensions == WHOLE.extensions


@pytest.mark.parametrize("cut", range(0, len(encode(WHOLE)) - 2, 97))
def test_half_a_manifest_is_none(cut: int) -> None:
    with pytest.raises(UnreadableManifest, match="it is no JSON"):
        decode(encode(WHOLE)[:cut], KEY)


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=9).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_whatever_else_is_there_is_unreadable(data: bytes) -> None:
    with pytest.raises(UnreadableManifest):
        decode(data, KEY)


def test_brackets_without_end_are_unreadable() -> None:
    with pytest.raises(UnreadableManifest, match="it is no JSON"):
        decode(b"[" * 100_000, KEY)


def test_a_newer_manifest_says_to_use_a_newer_release() -> None:
    document = json.loads(encode(WHOLE)) | {"schema_version": 2}
    with pytest.raises(UnreadableManifest, match=r"a newer Caretaker wrote it \(schema 2, this one knows 1\)"):
        decode(json.dumps(document).encode(), KEY)


def test_a_manifest_of_a_release_that_knew_libc_alone_is_read() -> None:
    document = json.loads(encode(WHOLE))
    for later in ("provider", "locale", "rules"):
        del document["server"][later]
    MANIFEST_SCHEMA.validate(document)
    assert decode(json.dumps(document).encode(), KEY) == WHOLE


def test_a_key_that_a_later_release_added_is_passed_over() -> None:
    document = json.loads(encode(WHOLE)) | {"later": {"a": 1}}
    MANIFEST_SCHEMA.validate(document)
    assert decode(json.dumps(document).encode(), KEY) == WHOLE


@pytest.mark.parametrize(
    "key",
    [
        BackupId("other", "daily", WHOLE.id.at).key(MANIFEST),
        BackupId("main", "emergency", WHOLE.id.at).key(MANIFEST),
        BackupId("main", "daily", WHOLE.began_at).key(MANIFEST),
        WHOLE.id.key("manifest.json.old"),
        WHOLE.id.key("verified/manifest.json"),
        "manifest.json",
    ],
)
def test_a_manifest_in_another_place_is_not_believed(key: str) -> None:
    with pytest.raises(UnreadableManifest, match="place"):
        decode(encode(WHOLE), key)


@pytest.mark.parametrize("name", ["id", "database", "kind", "scheduled_at"])
def test_each_part_of_the_identity_has_to_be_that_of_the_key(name: str) -> None:
    other = json.loads(encode(manifest(database="other", id=BackupId("other", "emergency", WHOLE.began_at))))
    document = json.loads(encode(WHOLE)) | {name: other[name]}
    with pytest.raises(UnreadableManifest, match="in the place of another backup"):
        decode(json.dumps(document).encode(), KEY)


def test_a_manifest_without_a_dump_is_not_believed() -> None:
    document: dict[str, Any] = deepcopy(json.loads(encode(WHOLE)))
    document["objects"] = document["objects"][1:]
    assert not MANIFEST_SCHEMA.is_valid(document)
    with pytest.raises(UnreadableManifest, match=r"objects has no database\.dump\.zst"):
        decode(json.dumps(document).encode(), KEY)
