"""What a drill that was killed has left in the folder is cleared by the next, and what another uses is not touched."""

import fcntl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from functions.verify.leftovers import remove_leftovers, workspace
from tests.integration.verify.conftest import are_gone, processes
from tests.integration.verify.dying import die_with_a_server, died

_OTHER = "import time; time.sleep(60)"


def left_behind(parent: Path) -> Path:
    """Return a folder as a killed drill leaves it: its lock is there, and nobody holds it."""
    folder = parent / "caretaker-drill-left"
    (folder / "server" / "data").mkdir(parents=True)
    (folder / "lock").touch()
    (folder / "database.dump").write_bytes(b"x" * 1000)
    return folder


def test_a_workspace_is_empty_and_of_its_user_alone_and_gone_afterwards(tmp_path: Path) -> None:
    with workspace(tmp_path, time.sleep) as folder:
        assert [one.name for one in folder.iterdir()] == ["lock"]
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "database.dump").write_bytes(b"x")

    assert list(tmp_path.iterdir()) == []


def test_a_workspace_is_gone_also_when_what_is_done_in_it_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with workspace(tmp_path, time.sleep) as folder:
            (folder / "database.dump").mkdir()
            (folder / "database.dump").write_bytes(b"x")

    with pytest.raises(IsADirectoryError):
        fail()

    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_killed_drill_is_removed_by_the_next(tmp_path: Path) -> None:
    left = left_behind(tmp_path)

    with workspace(tmp_path, time.sleep) as folder:
        assert not left.exists()
        assert folder.exists()


def test_the_folder_of_a_drill_that_is_under_way_is_left_alone(tmp_path: Path) -> None:
    used = left_behind(tmp_path)
    with (used / "lock").open("r") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        remove_leftovers(tmp_path, time.sleep)

        assert (used / "database.dump").exists()


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "somebody-elses").write_text("x")

    remove_leftovers(tmp_path, time.sleep)

    assert (tmp_path / "somebody-elses").exists()


@pytest.mark.parametrize("number", ["", "no number", "0", "999999999"])
def test_a_number_that_is_of_no_process_ends_none(tmp_path: Path, number: str) -> None:
    left = left_behind(tmp_path)
    (left / "server" / "data" / "postmaster.pid").write_text(number)

    remove_leftovers(tmp_path, time.sleep)

    assert not left.exists()


def test_a_process_of_that_number_that_is_no_server_of_the_folder_lives_on(tmp_path: Path) -> None:
    left = left_behind(tmp_path)
    with subprocess.Popen([sys.executable, "-c", _OTHER]) as other:
        (left / "server" / "data" / "postmaster.pid").write_text(f"{other.pid}\n")

        remove_leftovers(tmp_path, time.sleep)

        assert other.poll() is None
        other.kill()


def test_the_server_of_a_killed_drill_is_ended_with_all_that_it_has_started(drills: Path, programs: Path) -> None:
    assert died(die_with_a_server, drills, programs)
    assert processes(drills) != []

    remove_leftovers(drills, time.sleep)

    assert list(drills.iterdir()) == []
    assert are_gone(drills)
