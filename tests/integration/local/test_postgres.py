"""A PostgreSQL for a while is reached by its password alone, and gone afterwards."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
import pytest

from caretaker.local.postgres import PostgresUnavailable, postgres_server
from tests.postgres_programs import server_programs

PASSWORD = "s3cret@of/this:server"
WAITING = """
import sys, time
from pathlib import Path
from caretaker.local.postgres import postgres_server
with postgres_server(Path(sys.argv[1]), 18, "s3cret"):
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, which every user may pass through: the server is not root's."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        monkeypatch.setenv("TMPDIR", name)
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield folder


def test_it_lets_in_whoever_knows_the_password_and_is_gone_afterwards(temporary: Path) -> None:
    with postgres_server(server_programs(18), 18, PASSWORD) as server:
        psycopg2.connect(server.url()).close()
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(server.url(password="guessed"))
        assert stat.S_IMODE(next(temporary.iterdir()).stat().st_mode) == 0o700

    assert list(temporary.iterdir()) == []
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        psycopg2.connect(server.url())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_does_not_outlive_whoever_started_it(temporary: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", WAITING, str(server_programs(18))]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        started = psutil.Process(holder.pid).children(recursive=True)
        held = _files_in_memory(started)
        holder.send_signal(number)
        holder.wait(timeout=30)
    assert any(process.pid for process in started)
    assert psutil.wait_procs(started, timeout=10)[1] == []
    assert list(temporary.iterdir()) == []
    assert [file for file in held if file.exists()] == []


def _files_in_memory(processes: list[psutil.Process]) -> list[Path]:
    """Return what these processes share in memory under a name, which does not end with them (Linux)."""
    found: list[Path] = []
    for process in processes if sys.platform == "linux" else ():
        with suppress(psutil.NoSuchProcess):  # some end by themselves
            found += [Path(part.path) for part in process.memory_maps() if "/dev/shm/" in part.path]
    return found


def test_what_speaks_against_it_is_said_in_its_own_words(temporary: Path) -> None:
    with (
        pytest.raises(PostgresUnavailable, match=r"postgres ended with 1: .*no_such_setting"),
        postgres_server(server_programs(18), 18, PASSWORD, "no_such_setting=1"),
    ):
        raise AssertionError("it must not start")
    with pytest.raises(PostgresUnavailable, match="initdb could not be run"), postgres_server(temporary, 18, PASSWORD):
        raise AssertionError("there are no programs")
    assert list(temporary.iterdir()) == []
