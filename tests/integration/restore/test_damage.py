"""Nothing damaged is taken for whole: it is named, and the target is as it was."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from caretaker.archive.identity import DUMP, MANIFEST, TABLES
from caretaker.archive.manifest_file import encode
from caretaker.archive.restoring.carrying_out import restore
from caretaker.archive.restoring.damage import Damaged
from tests.databases import make, run
from tests.integration.restore.restoring import World

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


@pytest.mark.parametrize("proven", [True, False], ids=["proven", "not proven"])
def test_the_sha256_of_the_uncompressed_dump_is_left_to_the_drill_that_has_compared_it(
    world: World, proven: bool
) -> None:
    newer = world.shelf.newer
    objects = tuple(replace(one, raw_sha256="ab" * 32) if one.name == DUMP else one for one in newer.objects)
    spoil(world, newer.id.key(MANIFEST), lambda _: encode(replace(newer, objects=objects)))
    if not proven:
        for one in world.bucket.keys(newer.id.key("verified/")):
            world.bucket.client.delete_object(Bucket=world.bucket.name, Key=one.key)

    with nullcontext() if proven else pytest.raises(Damaged, match="another SHA-256"):
        assert restore(world.plan(backup=newer.id.text), world.means, world.progress).is_equal

    assert bool(world.databases()) is proven


def spoil(world: World, key: str, damage: Callable[[bytes], bytes | None]) -> None:
    content = damage(world.shelf.objects[key])
    if content is None:
        world.bucket.client.delete_object(Bucket=world.bucket.name, Key=key)
    else:
        world.bucket.client.put_object(Bucket=world.bucket.name, Key=key, Body=content)
