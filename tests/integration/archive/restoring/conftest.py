"""Stored objects to read back, and archives to restore."""

import time
from pathlib import Path

import pytest

from caretaker.archive.deadline import Deadline
from tests.databases import connection_to, dump, make
from tests.odd_databases import ODD
from tests.postgres import PostgresServer


@pytest.fixture
def deadline() -> Deadline:
    """A minute from now."""
    return Deadline(time.monotonic() + 60, time.monotonic)


@pytest.fixture(scope="module")
def odd_archive(postgres_18: PostgresServer, programs: Path) -> bytes:
    """A dump of a database with extensions, odd names, partitions, sequences and a large object."""
    kinds = ("extensions", "names", "partitions", "inheritance", "computed", "secured")
    name = make(
        postgres_18,
        *[statement for kind in kinds for statement in ODD[kind]],
        "select lo_from_bytea(0, 'kept')",
        'create schema "with space" create table "a b" (n int)',
        "create schema apart",
        "create extension ltree schema apart",
        "create table paths (path apart.ltree)",
        "create view seen as select path from paths",
        "create index on paths using gist (path apart.gist_ltree_ops)",
    )
    return dump(programs, connection_to(postgres_18, name), postgres_18)
