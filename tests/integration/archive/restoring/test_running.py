"""pg_restore lists, decodes and restores archives, from a file and from a stream, and its errors are understood."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from caretaker.archive.deadline import Deadline, OutOfTime
from caretaker.archive.programs import programs_for
from caretaker.archive.restoring.damage import Damaged
from caretaker.archive.restoring.filtering import select
from caretaker.archive.restoring.running import Archive, NotRead, Order, PgRestore, programs_to_restore
from caretaker.archive.versions import Version
from caretaker.core.secrets import Redactor
from tests.databases import connection_to, make, run
from tests.postgres import PostgresServer

HERE = Version(18, 0)


@pytest.fixture(params=["file", "stream"])
def archive(request: pytest.FixtureRequest, odd_archive: bytes, tmp_path: Path) -> Archive:
    if request.param == "file":
        (tmp_path / "dump").write_bytes(odd_archive)
        return tmp_path / "dump"
    return lambda: streamed(odd_archive)


def streamed(data: bytes, chunk: int = 4096) -> Iterator[bytes]:
    for start in range(0, len(data), chunk):
        yield data[start : start + chunk]


def pg_restore(programs: Path, archive: Archive, deadline: Deadline) -> PgRestore:
    return PgRestore(programs_for(HERE, programs), archive, deadline, Redactor())


def test_an_archive_is_listed_with_what_needs_what(archive: Archive, programs: Path, deadline: Deadline) -> None:
    items = {str(item): item for item in pg_restore(programs, archive, deadline).items()}

    assert items["TABLE with space.a b"].name == "a b"
    assert items["EXTENSION ltree"].owner == ""
    assert items["EXTENSION ltree"].depends_on == {items["SCHEMA apart"].id}
    assert items["EXTENSION ltree"].id in items["TABLE public.paths"].depends_on
    assert items["TABLE DATA public.events_a"].depends_on == {items["TABLE public.events_a"].id}
    assert items["ROW SECURITY public.secured"].owner == "postgres"
    assert items["""TABLE We said "hi".line break '%s' \\"""].kind == "TABLE"


def test_an_archive_is_written_as_sql(archive: Archive, programs: Path, deadline: Deadline, odd_archive: bytes) -> None:
    sql = b"".join(pg_restore(programs, archive, deadline).sql("--section=data"))

    assert b'COPY "with space"."a b" (n) FROM stdin;' in sql
    assert b"CREATE TABLE" not in sql


def test_an_archive_is_restored_without_what_a_server_lacks(
    archive: Archive, programs: Path, deadline: Deadline, postgres_18: PostgresServer
) -> None:
    database = make(postgres_18)
    restoring = pg_restore(programs, archive, deadline)
    selection = select(restoring.items(), extensions={"hstore", "citext", "pg_trgm", "vector"}, is_superuser=True)

    outcome = restoring.restore(connection_to(postgres_18, database).environment(), database, Order(selection.items))

    assert outcome.is_clean, outcome.words
    (aside,) = selection.set_aside
    assert aside.what == "ltree"
    assert [str(table) for table in aside.tables] == ["TABLE public.paths"]
    assert {item.kind for item in aside.items} == {"EXTENSION", "COMMENT", "TABLE", "TABLE DATA", "VIEW", "INDEX"}
    assert run(postgres_18, database, "select to_regclass('paths'), to_regclass('extended') is null") == [(None, False)]


def test_a_file_is_restored_by_several_sessions(
    odd_archive: bytes, tmp_path: Path, programs: Path, deadline: Deadline, postgres_18: PostgresServer
) -> None:
    database = make(postgres_18)
    (tmp_path / "dump").write_bytes(odd_archive)

    outcome = pg_restore(programs, tmp_path / "dump", deadline).restore(
        connection_to(postgres_18, database).environment(), database, Order(jobs=3)
    )

    assert outcome.is_clean, outcome.words
    assert run(postgres_18, database, "select count(*) from events") == [(100,)]


def test_each_error_names_the_item_that_it_is_about(
    archive: Archive, programs: Path, deadline: Deadline, postgres_18: PostgresServer
) -> None:
    database = make(postgres_18, "create table app (id int)")
    restoring = pg_restore(programs, archive, deadline)
    by_id = {item.id: item for item in restoring.items()}

    outcome = restoring.restore(connection_to(postgres_18, database).environment(), database, Order())

    (error,) = outcome.errors
    assert str(by_id[error.item or 0]) == "TABLE public.app"
    assert 'relation "app" already exists' in error.message
    assert "CREATE TABLE" not in error.message, "a command may hold anything"
    assert (outcome.code, outcome.count, outcome.counted) == (1, 1, 1)
    assert outcome.is_explicable
    assert not outcome.is_clean


def test_a_server_that_cannot_be_reached_is_an_error_without_an_item(
    archive: Archive, programs: Path, deadline: Deadline, postgres_18: PostgresServer
) -> None:
    outcome = pg_restore(programs, archive, deadline).restore(
        {**connection_to(postgres_18, "x").environment(), "PGPORT": "1"}, "no such", Order()
    )

    assert outcome.code == 1
    assert not outcome.is_explicable
    assert "connection to server" in outcome.words


@pytest.mark.parametrize("cut", [0, 3, 60, 2000, -40])
def test_what_is_cut_off_cannot_be_decoded(cut: int, odd_archive: bytes, programs: Path, deadline: Deadline) -> None:
    with pytest.raises(NotRead, match="pg_restore ended with 1"):
        list(pg_restore(programs, lambda: streamed(odd_archive[:cut]), deadline).sql())


def test_what_goes_wrong_with_the_bytes_is_raised_and_not_the_program_s_own_complaint(
    odd_archive: bytes, programs: Path, deadline: Deadline
) -> None:
    def damaged() -> Iterator[bytes]:
        yield odd_archive[:5000]
        raise Damaged("checksum-mismatch", "it is another one")

    with pytest.raises(Damaged, match="another one"):
        list(pg_restore(programs, damaged, deadline).sql())


def test_nothing_goes_on_behind_the_deadline(odd_archive: bytes, programs: Path) -> None:
    now = iter([0.0, 0.0, 100.0, 100.0])
    with pytest.raises(OutOfTime):
        list(pg_restore(programs, lambda: streamed(odd_archive), Deadline(50, lambda: next(now, 100.0))).sql())


def test_programs_are_never_older_than_the_dump(programs: Path) -> None:
    assert programs_to_restore(Version(16, 4), Version(16, 14), programs).version.major == 16
    assert programs_to_restore(Version(18, 0), Version(16, 14), programs).version.major == 18
    assert programs_to_restore(Version(16, 4), Version(18, 6), programs).version.major == 18
