from collections.abc import Callable
from pathlib import Path

import pytest

from caretaker.archive.programs import Programs, ProgramsUnusable, programs_for
from caretaker.archive.versions import NoProgramsForServer, Version

AddProgram = Callable[[int, str], Path]


@pytest.fixture
def add(tmp_path: Path) -> AddProgram:
    """Add a pg_dump to a folder of programs: a script that also writes down that it was run."""

    def add(major: int, script: str) -> Path:
        program = tmp_path / "programs" / str(major) / "bin" / "pg_dump"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\necho run >> {tmp_path}/runs\n{script}\n", "utf-8")
        program.chmod(0o755)
        return tmp_path / "programs"

    return add


def test_the_programs_of_the_layer_serve_old_and_new_servers(postgres_layer: Path) -> None:
    for_16 = programs_for(Version(15, 3), postgres_layer / "postgres")
    for_18 = programs_for(Version(17, 0), postgres_layer / "postgres")

    assert (for_16.version.major, for_18.version.major) == (16, 18)
    assert for_18.path("pg_restore") == postgres_layer / "postgres" / "18" / "bin" / "pg_restore"


def test_another_folder_with_the_same_names_will_do(add: AddProgram) -> None:
    add(15, "echo 'pg_dump (PostgreSQL) 15.18 (Debian 15.18-1)'")
    folder = add(19, "echo 'pg_dump (PostgreSQL) 19.2 (Debian 19.2-1)'")

    assert programs_for(Version(15, 0), folder).version == Version(15, 18)
    assert programs_for(Version(19, 0), folder).version == Version(19, 2)


def test_programs_are_asked_for_their_version_once(add: AddProgram, tmp_path: Path) -> None:
    folder = add(18, "echo 'pg_dump (PostgreSQL) 18.6'")

    assert programs_for(Version(17, 0), folder) == programs_for(Version(18, 0), folder)

    assert (tmp_path / "runs").read_text("utf-8") == "run\n"


def test_a_server_that_is_too_new_for_the_folder_is_refused(add: AddProgram) -> None:
    folder = add(16, "echo 'pg_dump (PostgreSQL) 16.14'")

    with pytest.raises(NoProgramsForServer, match=r"PostgreSQL 18\.6, and the newest programs .* of 16\.14"):
        programs_for(Version(18, 6), folder)


def test_a_folder_without_programs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProgramsUnusable, match=r"no programs of PostgreSQL in .*: it has no folder as 18/bin"):
        programs_for(Version(18, 0), tmp_path)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'error while loading shared libraries: libpq.so.5' >&2; exit 127", "shared libraries: libpq.so.5"),
        ("exit 3", "it ended with 3"),
        ("echo nonsense", "no version of PostgreSQL: 'nonsense"),
    ],
)
def test_programs_that_do_not_run_are_named_with_the_reason(add: AddProgram, script: str, reason: str) -> None:
    folder = add(18, script)

    with pytest.raises(ProgramsUnusable, match=f"18/bin/pg_dump cannot be used here: .*{reason}"):
        programs_for(Version(18, 0), folder)


def test_programs_for_another_processor_are_named_with_the_reason(add: AddProgram) -> None:
    folder = add(18, "")
    (folder / "18/bin/pg_dump").write_bytes(b"\x7fELF for another machine")

    with pytest.raises(ProgramsUnusable, match=r"18/bin/pg_dump cannot be used here: .*Exec format error"):
        programs_for(Version(18, 0), folder)


def test_a_program_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProgramsUnusable, match=r"there is no psql of PostgreSQL 18\.6 in "):
        Programs(tmp_path, Version(18, 6)).path("psql")


def test_a_program_gets_its_connection_and_nothing_of_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the function")
    monkeypatch.setenv("PGPASSWORD", "of another database")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/var/lang/lib")
    programs = Programs(Path("/opt/postgres/18/bin"), Version(18, 6))

    environment = programs.environment({"PGHOST": "db.example.com"})

    assert environment == {
        "PATH": "/opt/postgres/18/bin",
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": "/nonexistent",
        "PGHOST": "db.example.com",
    }
