"""What a drill that was killed has left behind is removed, and nobody else's is."""

import subprocess
import sys
import time
from pathlib import Path

from functions.verify.leftovers import remove_leftovers, workspace


def test_the_server_of_a_drill_that_was_killed_is_ended_and_its_folder_removed(tmp_path: Path) -> None:
    data = tmp_path / "caretaker-drill-killed" / "server" / "data"
    data.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", str(data)]) as server:
        (data / "postmaster.pid").write_text(f"{server.pid}\n{data}\n", "utf-8")
        remove_leftovers(tmp_path, time.sleep)
        assert server.poll() is not None
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_has_got_the_number_of_a_server_is_let_be(tmp_path: Path) -> None:
    data = tmp_path / "caretaker-drill-killed" / "server" / "data"
    data.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        (data / "postmaster.pid").write_text(f"{other.pid}\n", "utf-8")
        remove_leftovers(tmp_path, time.sleep)
        assert other.poll() is None
        other.kill()
    assert list(tmp_path.iterdir()) == []


def test_a_drill_that_goes_on_is_let_be(tmp_path: Path) -> None:
    with workspace(tmp_path, time.sleep) as folder:
        remove_leftovers(tmp_path, time.sleep)
        assert folder.is_dir()
