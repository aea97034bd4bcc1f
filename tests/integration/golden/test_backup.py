"""A backup of an earlier version is listed, is whole, and restores."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard

from caretaker.archive.identity import DUMP, TABLES
from caretaker.archive.manifest import Manifest
from caretaker.archive.manifest_file import decode
from caretaker.archive.tables import decode as tables
from tests.backups import MANIFEST_SCHEMA
from tests.databases import connection_to, make, restore, run
from tests.golden.backup import FOLDER, ROWS
from tests.postgres import PostgresServer

SCHEMAS = ("1",)


@pytest.fixture(params=SCHEMAS, ids="schema {}".format)
def folder(request: pytest.FixtureRequest) -> Path:
    [manifest] = FOLDER(request.param).rglob("manifest.json")
    return manifest.parent


@pytest.fixture
def manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    return decode(path.read_bytes(), path.relative_to(folder.parents[5]).as_posix())


def test_its_manifest_is_read_and_fits_the_published_schema(folder: Path, manifest: Manifest) -> None:
    MANIFEST_SCHEMA.validate(json.loads((folder / "manifest.json").read_text("utf-8")))
    assert manifest.id.text == "20261121T020000Z-daily-4957"
    assert manifest.totals.rows == ROWS


def test_every_object_is_what_the_manifest_says(folder: Path, manifest: Manifest) -> None:
    for stored in manifest.objects:
        data = (folder / stored.name).read_bytes()
        assert (len(data), sha256(data).hexdigest()) == (stored.bytes, stored.sha256)
        assert sha256(unpacked(data)).hexdigest() == stored.raw_sha256


def test_it_restores_to_what_was_in_the_database(
    folder: Path, manifest: Manifest, postgres_18: PostgresServer, programs: Path
) -> None:
    name = make(postgres_18)

    restore(programs, unpacked((folder / DUMP).read_bytes()), connection_to(postgres_18, name), postgres_18)

    counted = {
        table.name: run(postgres_18, name, f"select count(*) from {table}")[0][0]
        for table in tables(unpacked((folder / TABLES).read_bytes())).tables
    }
    assert counted == {"orders": ROWS, "empty_one": 0}
    assert run(postgres_18, name, "select note, paid::text from orders where id = 200") == [("order 200", "250.00")]
    assert run(postgres_18, name, "select nextval('numbers')") == [(43,)]
    assert run(postgres_18, name, "select count(*) from late") == [(50,)]


def unpacked(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)
