"""A copy that was restored has the fingerprint of its source; what is not equal has another."""

from dataclasses import replace
from pathlib import Path

import pytest

from caretaker.archive.connection import Connection
from caretaker.archive.fingerprint import Look, fingerprint
from caretaker.archive.tables import Contents, Table
from caretaker.archive.versions import Version
from tests.databases import connection_to, dump, make, restore

FULL = Look("full", lambda: 60.0)


def look(connection: Connection, **how: object) -> Contents:
    return fingerprint(connection, replace(FULL, **how))  # type: ignore[arg-type] # fields of Look


def table(contents: Contents, name: str) -> Table:
    return next(table for table in contents.tables if table.name == name)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("way", [(16, 16), (18, 18), (16, 18)], ids=["16", "18", "16 to 18"])
def test_a_restored_copy_is_equal_to_its_source(
    odd: tuple[str, ...], way: tuple[int, int], programs: Path, request: pytest.FixtureRequest
) -> None:
    if "create extension hstore" in odd and way[0] == 16:
        pytest.skip("no wheel has extensions for PostgreSQL 16")
    origin, destination = (request.getfixturevalue(f"postgres_{version}") for version in way)
    source = connection_to(origin, make(origin, *odd))
    copy = connection_to(destination, make(destination))

    restore(programs, dump(programs, source, origin), copy, destination)

    assert look(copy, as_of=Version(way[0], 0)) == look(source)
