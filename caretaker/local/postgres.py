"""A PostgreSQL for a while: a server of its own, on loopback, with a password; nothing is left of it."""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from caretaker.local.errors import LocalAwsError
from caretaker.local.interrupts import uninterrupted
from caretaker.local.reaping import Reaper

_QUICK = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=60"),
    "dynamic_shared_memory_type=mmap",  # in its folder, which is deleted; /dev/shm keeps what a killed server had
)
_TO_BEGIN = 30.0  # seconds: it takes a tenth of one, and longer on a machine that is busy
_STUBBORN = 10.0  # seconds that it may take to end
_POLL = 0.02  # seconds: that it is ready a server tells only those who connect


class PostgresUnavailable(LocalAwsError):
    """No server could be started; the message says why, in its own words."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server of a major version; its superuser is ``postgres``."""

    port: int
    version: int
    password: str

    def url(
        self, user: str = "postgres", database: str = "postgres", *, password: str | None = None, query: str = ""
    ) -> str:
        """Return an address of a database of this server; the password is the superuser's, unless given."""
        quoted = quote(self.password if password is None else password, safe="")
        return f"postgresql://{user}:{quoted}@127.0.0.1:{self.port}/{database}{query}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder that is gone in the end, the programs, and as whom they run."""

    folder: Path
    programs: Path
    owner: dict[str, Any]
    reaper: Reaper

    @property
    def log(self) -> Path:
        """What the programs say."""
        return self.folder / "log"

    def give(self, *paths: Path) -> None:
        """Let the programs have these, with all that is in them."""
        if self.owner:
            owner = f"{self.owner['user']}:{self.owner['group']}"
            subprocess.run(["chown", "-R", owner, *map(str, paths)], check=True)


@contextmanager
def postgres_server(
    programs: Path, version: int, password: str, *settings: str, data: Path | None = None, parent: Path | None = None
) -> Iterator[PostgresServer]:
    """Start a server with the programs in ``programs/VERSION/bin``; stop it, and leave nothing behind.

    ``data`` is what ``initialise`` has made for the same password, to be copied: that is quicker. ``settings`` are
    those of postgresql.conf, ``name=value``. ``parent`` is where its folder is made. Raises ``PostgresUnavailable``.
    """
    with _place(programs, version, parent) as place:
        if data is None:
            _initialise(place, version, password)
        else:
            with uninterrupted():
                subprocess.run(["cp", "-R", str(data), str(place.folder / "data")], check=True)
            place.give(place.folder / "data")
        with socket.create_server(("127.0.0.1", 0)) as free:
            server = PostgresServer(free.getsockname()[1], version, password)
        chosen = (*_QUICK, f"port={server.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *settings)
        command = ["postgres", "-D", str(place.folder / "data"), *(f"-c{setting}" for setting in chosen)]
        with _running(command, place) as process:
            _wait_until_ready(server, process, place)
            yield server


def initialise(programs: Path, version: int, password: str, into: Path) -> None:
    """Make the data of a server that has just been set up; raise ``PostgresUnavailable``."""
    with _place(programs, version) as place:
        _initialise(place, version, password)
        shutil.copytree(place.folder / "data", into)


def initdb(version: int) -> tuple[str, ...]:
    """Return the options by which the data of a server of a version are made: less to write and to reckon."""
    options = ("--auth=scram-sha-256", "--username=postgres", "--encoding=UTF8", "--no-locale", "--no-sync")
    quick = ("--set=scram_iterations=1",) if version >= 16 else ()  # a session begins in half the time
    return (*options, "--wal-segsize=1", *quick)


@contextmanager
def _place(programs: Path, version: int, parent: Path | None = None) -> Iterator[_Place]:
    with ExitStack() as ending:
        with uninterrupted():
            folder = Path(tempfile.mkdtemp(prefix="caretaker-postgres-", dir=parent))
            reaper = Reaper(folder)
            ending.callback(reaper.finish)
        owner = _owner()
        place = _Place(folder, _reachable(programs, version, folder, owner), owner, reaper)
        place.give(folder)
        yield place


def _owner() -> dict[str, Any]:
    """Return as whom PostgreSQL's programs run: they refuse to run as root."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def anybody_may_run(programs: Path) -> bool:
    """Whether programs are where everybody can reach them."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in programs.parents)


def _reachable(programs: Path, version: int, folder: Path, owner: dict[str, Any]) -> Path:
    """Return the folder of the programs, copied to where their owner can reach them if that has to be."""
    if owner and not anybody_may_run(programs):
        for part in (str(version), "lib"):
            shutil.copytree(programs / part, folder / "postgres" / part)
        programs = folder / "postgres"
    return programs / str(version) / "bin"


def _initialise(place: _Place, version: int, password: str) -> None:
    file = place.folder / "password"
    file.touch(0o600)
    file.write_text(password, "utf-8")
    place.give(file)
    command = ["initdb", "-D", str(place.folder / "data"), f"--pwfile={file}", *initdb(version)]
    with _running(command, place) as process:
        code = process.wait()
    file.unlink()
    if code:
        raise PostgresUnavailable(f"initdb ended with {code}: {_last(place)}")


@contextmanager
def _running(command: Sequence[str], place: _Place) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a program of PostgreSQL in a session of its own: Ctrl-C is for whoever uses it."""
    with ExitStack() as ending:
        try:
            with uninterrupted(), place.log.open("ab") as log:
                process = subprocess.Popen(
                    [place.programs / command[0], *command[1:]],
                    cwd=place.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    **place.owner,
                )
                ending.callback(place.reaper.remove, process.pid)
                ending.callback(_end, process)
                place.reaper.add(process.pid)
        except OSError as failure:
            raise PostgresUnavailable(f"{command[0]} could not be run: {failure}") from None
        yield process


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program at once, whoever is still connected; nothing of it is kept."""
    for number in (signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STUBBORN)


def _wait_until_ready(server: PostgresServer, process: "subprocess.Popen[bytes]", place: _Place) -> None:
    deadline = time.monotonic() + _TO_BEGIN
    while time.monotonic() < deadline:
        with suppress(psycopg2.OperationalError):
            psycopg2.connect(server.url()).close()
            return
        if process.poll() is not None:
            raise PostgresUnavailable(f"postgres ended with {process.returncode}: {_last(place)}")
        time.sleep(_POLL)
    raise PostgresUnavailable(f"postgres was not ready after {_TO_BEGIN:g} s: {_last(place)}")


def _last(place: _Place) -> str:
    lines = [line for line in place.log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return " | ".join(lines[-3:])[:500] or "it said nothing"
