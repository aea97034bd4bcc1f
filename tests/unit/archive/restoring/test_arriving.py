"""The dump on its way: a file of its own, or chunks of which the last is held back."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from caretaker.archive.restoring.arriving import NoRoom, arrived, held_back


def test_all_chunks_are_in_the_file_which_goes_in_the_end(tmp_path: Path) -> None:
    with arrived([b"a" * 3_000_000, b"", b"b"], tmp_path) as file:
        assert file.read_bytes() == b"a" * 3_000_000 + b"b"

    assert list(tmp_path.iterdir()) == []


def test_the_file_goes_when_its_bytes_fail_to_come_and_nobody_writes_any_more(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"a"
        raise KeyboardInterrupt

    # What was raised is kept, and with it whoever would still write.
    with pytest.raises(KeyboardInterrupt) as _raised, arrived(failing(), tmp_path):
        pass

    assert list(tmp_path.iterdir()) == []
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("writing")] == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoRoom, match="No such file or directory"), arrived([], tmp_path / "gone"):
        pass


def test_what_runs_that_were_killed_have_left_is_removed_and_what_others_use_is_not(tmp_path: Path) -> None:
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    left = tmp_path / f"caretaker-restore-{gone.stdout.strip()}-abc"
    used = tmp_path / f"caretaker-restore-{os.getppid()}-abc"
    others = tmp_path / "caretaker-restore-notes-1"
    for folder in (left, used, others):
        folder.mkdir()
        (folder / "database.dump").write_bytes(b"x")

    with arrived([], tmp_path):
        pass

    assert sorted(tmp_path.iterdir()) == sorted([used, others])


def test_the_last_chunk_is_held_back_until_nothing_speaks_against_it() -> None:
    def damaged() -> Iterator[bytes]:
        yield b"1"
        yield b"2"
        raise ValueError

    given: list[bytes] = []
    with pytest.raises(ValueError):
        given.extend(held_back(damaged()))

    assert list(held_back(iter([b"1", b"2", b"3"]))) == [b"1", b"2", b"3"]
    assert list(held_back(iter([b"1"]))) == [b"1"]
    chunks = held_back(damaged())
    assert next(chunks) == b"1"
    with pytest.raises(ValueError):
        next(chunks)
