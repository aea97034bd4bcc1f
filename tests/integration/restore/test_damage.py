"""Nothing damaged is taken for whole: it is named, and the target is as it was."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from caretaker.archive.entries import entries
from caretaker.archive.identity import DUMP, MANIFEST, TABLES
from caretaker.archive.manifest import Manifest, StoredObject
from caretaker.archive.manifest_file import encode
from caretaker.archive.restoring.choosing import NothingToRestore, choose
from caretaker.archive.restoring.damage import Damaged
from caretaker.archive.restoring.preflight import dump_of
from tests.databases import make, run
from tests.integration.restore.restoring import World, prove

DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "truncated": lambda content: content[: len(content) // 2],
    "flipped": lambda content: content[: len(content) // 2] + bytes([content[len(content) // 2] ^ 1])
    + content[len(content) // 2 + 1 :],
    "last byte flipped": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "missing": lambda content: None,
    "empty": lambda content: b"",
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(("name", "way"), [(DUMP, "file"), (DUMP, "pipe"), (DUMP, "transaction"), (TABLES, "file")])
def test_a_damaged_object_is_noticed_and_nothing_is_left(world: World, name: str, damage: str, way: str) -> None:
    if way == "transaction":
        world.database = make(world.server, "create table mine as select 1 as one")
        world.wishing(into_non_empty=True)
    if way != "file":
        world.free = lambda folder: 0 if folder == world.room else 10**12
    key = world.shelf.newer.id.key(name)
    spoil(world, key, DAMAGES[damage])

    with pytest.raises(Damaged, match=name):
        world.restore()

    if way == "transaction":
        assert run(world.server, world.database, "select tablename from pg_tables where schemaname = 'public'") == [
            ("mine",)
        ]
    else:
        assert world.databases() == []
    assert list(world.room.iterdir()) == []


def test_another_backups_dump_is_no_backup(world: World) -> None:
    other = world.shelf.objects[world.shelf.older.id.key(DUMP)]
    spoil(world, world.shelf.newer.id.key(DUMP), lambda _: other)

    with pytest.raises(Damaged):  # by its size, or by its digest
        world.restore()

    assert world.databases() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-9],
        lambda content: content.replace(b'"schema_version": 1', b'"schema_version": 9'),
        lambda content: content.replace(b'"kind": "daily"', b'"kind": "emergency"'),
    ],
    ids=["truncated", "from a newer release", "of another backup"],
)
def test_a_manifest_that_cannot_be_believed_gives_way_to_an_older_backup_and_is_said(
    world: World, damage: Callable[[bytes], bytes]
) -> None:
    spoil(world, world.shelf.newer.id.key(MANIFEST), damage)

    restored = world.restore()

    assert restored.is_equal
    assert restored.plan.entry.manifest == world.shelf.older
    assert choose(entries(world.bucket, "main"), "main").why.endswith("1 manifest cannot be read: caretaker backups")
    with pytest.raises(NothingToRestore, match="cannot be used"):
        world.plan(backup=world.shelf.newer.id.text)


@pytest.mark.parametrize(
    "edit",
    [
        lambda dump: replace(dump, sha256=dump.raw_sha256),
        lambda dump: replace(dump, raw_bytes=dump.raw_bytes + 1),
        lambda dump: replace(dump, raw_sha256=dump.sha256),
    ],
    ids=["digest", "size", "digest uncompressed"],
)
@pytest.mark.parametrize("recorded", [True, False], ids=["digest recorded", "record of before"])
def test_a_manifest_that_was_edited_is_noticed(
    world: World, edit: Callable[[StoredObject], StoredObject], recorded: bool
) -> None:
    made = world.shelf.newer
    record_digest(world, made, recorded)
    objects = tuple(edit(one) if one.name == DUMP else one for one in made.objects)
    spoil(world, made.id.key(MANIFEST), lambda _: encode(replace(made, objects=objects)))

    with pytest.raises(Damaged, match=DUMP):
        world.restore()

    assert world.databases() == []


def test_a_dump_whose_digest_was_found_right_by_a_drill_is_not_hashed_uncompressed_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_digest(world, world.shelf.newer, True)
    monkeypatch.setattr("caretaker.archive.restoring.preflight.raw_bytes", None)

    assert world.restore().is_equal


def record_digest(world: World, made: Manifest, recorded: bool) -> None:
    """Replace the record of a drill by one with the digest that it found right, or without."""
    prove(world.bucket, made.id, "equal", dump_sha256=dump_of(made).raw_sha256 if recorded else "")


def spoil(world: World, key: str, damage: Callable[[bytes], bytes | None]) -> None:
    content = damage(world.shelf.objects[key])
    if content is None:
        world.bucket.client.delete_object(Bucket=world.bucket.name, Key=key)
    else:
        world.bucket.client.put_object(Bucket=world.bucket.name, Key=key, Body=content)
