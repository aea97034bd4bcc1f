import shutil
from pathlib import Path

import pytest

from caretaker.build.errors import BuildError
from layers.postgres.linking import is_binary, look_in, needed


@pytest.fixture
def program(postgres_layer: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(postgres_layer / "postgres/18/bin/pg_dump", tmp_path / "pg_dump"))


def test_the_folder_of_a_programs_libraries_is_changed_in_place(program: Path) -> None:
    before = program.read_bytes()

    look_in(program, "$ORIGIN/../lib")

    after = program.read_bytes()
    assert len(after) == len(before)
    assert b"\0$ORIGIN/../lib\0" in after
    assert b"$ORIGIN/../../lib\0" not in after
    assert needed(program)


def test_a_folder_whose_name_is_too_long_is_refused(program: Path) -> None:
    before = program.read_bytes()

    with pytest.raises(BuildError, match=r"has too little room to say /a/long/.*: it says \$ORIGIN/\.\./\.\./lib"):
        look_in(program, "/a/long/name" * 10)

    assert program.read_bytes() == before


def test_what_is_no_program_is_told_from_one(program: Path, tmp_path: Path) -> None:
    (tmp_path / "script").write_text("#!/bin/sh\n", "utf-8")

    assert is_binary(program)
    assert not is_binary(tmp_path / "script")
