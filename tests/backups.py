"""Backups for tests: manifests and contents that are whole, to be changed where a test is about something."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from caretaker.archive.identity import DUMP, GLOBALS, TABLES, BackupId
from caretaker.archive.manifest import (
    Extension,
    LargeObjects,
    Manifest,
    Seconds,
    Server,
    StoredObject,
    TableTotals,
)
from caretaker.archive.tables import Contents, Table

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MANIFEST_SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parents[1] / "docs" / "manifest.schema.json").read_text(encoding="utf-8"))
)
NO_LARGE_OBJECTS = LargeObjects(0, 0, None)


def stored(name: str = DUMP, raw_bytes: int = 4_000_000) -> StoredObject:
    """Return what is said of an object."""
    return StoredObject(name, raw_bytes // 4, "ab" * 32, raw_bytes, "cd" * 32)


def manifest(
    at: datetime = AT,
    *,
    database: str = "main",
    tables: int = 12,
    rows: int | None = 40_000,
    raw_bytes: int = 4_000_000,
    **changes: Any,  # of any field
) -> Manifest:
    """Return the manifest of a daily backup of that time."""
    whole = Manifest(
        id=BackupId(database, "daily", at),
        reason="",
        request="3f2c",
        began_at=at + timedelta(seconds=1),
        dumped_at=at + timedelta(seconds=2, microseconds=250_000),
        finished_at=at + timedelta(seconds=63),
        snapshot="00000003-0000001B-1",
        server=Server("16.14", "7421", "UTF8", "en_US.UTF-8", "en_US.UTF-8", 9_000_000, "0/1A2B3C4", False),
        client_version="16.14",
        extensions=(Extension("citext", "1.6"), Extension("plpgsql", "1.0")),
        objects=(stored(DUMP, raw_bytes), stored(GLOBALS, 900), stored(TABLES, 2_000)),
        totals=TableTotals(
            tables, rows, "full" if rows is not None else "off", "ef" * 32 if rows is not None else None
        ),
        sequences=3,
        large_objects=NO_LARGE_OBJECTS,
        excluded_table_data=(),
        tool_version="0.1.0",
        seconds=Seconds(0.5, 31.0, 12.25, 62.0),
    )
    return replace(whole, **changes)


def contents(**rows: int) -> Contents:
    """Return what was in a database with these tables in its schema ``public``."""
    return Contents(tuple(Table("public", name, count, "1") for name, count in rows.items()), (), NO_LARGE_OBJECTS)
