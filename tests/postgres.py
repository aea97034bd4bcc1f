"""A real PostgreSQL for tests: a server of its own, on loopback, with passwords."""

import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from caretaker.build.once import once
from layers.postgres.layer import LAYERS
from tests.postgres_programs import server_programs

PASSWORD = "sup3r/s3cret"
_ROOM = 4_000_000_000  # bytes, for what all tests' servers hold at once
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=60")
_SET_UP = (
    *("--auth=scram-sha-256", "--username=postgres", "--encoding=UTF8", "--no-locale", "--no-sync"),
    "--wal-segsize=1",  # megabytes: less to copy
)


@dataclass(frozen=True)
class PostgresServer:
    """A running server of a major version; its superuser is ``postgres``."""

    port: int
    version: int

    def url(
        self, user: str = "postgres", database: str = "postgres", *, password: str = PASSWORD, query: str = ""
    ) -> str:
        """Return an address of a database of this server."""
        quoted = password.replace("/", "%2F")
        return f"postgresql://{user}:{quoted}@127.0.0.1:{self.port}/{database}{query}"


@contextmanager
def postgres_server(version: int = 18, *settings: str) -> Iterator[PostgresServer]:
    """Start a server, of 16 or 18, in a folder of its own; stop it, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="caretaker-postgres-", dir=_quick_place(version)))
    owner = _owner()
    try:
        programs = _programs(version, folder, owner)
        data = folder / "data"
        subprocess.run(["cp", "-R", str(_empty(version)), str(data)], check=True)
        if owner:
            subprocess.run(["chown", "-R", f"{owner['user']}:{owner['group']}", str(folder)], check=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        chosen = [f"-c{setting}" for setting in (*_QUICK, f"port={port}", "listen_addresses=127.0.0.1", *settings)]
        server = [f"{programs}/postgres", "-D", str(data), "-k", str(folder), *chosen]
        with (folder / "log").open("wb") as log, subprocess.Popen(server, stderr=log, stdout=log, **owner) as process:
            try:
                running = PostgresServer(port, version)
                _wait_until_ready(running, process)
                yield running
            finally:
                process.send_signal(signal.SIGQUIT)  # at once, whoever is still connected; nothing is kept
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quick_place(version: int) -> str | None:
    """Return a folder in memory, if there is one with room: a disk takes a minute to delete some thousand files."""
    with suppress(OSError):
        if _can_be_reached(server_programs(version)) and shutil.disk_usage("/dev/shm").free > _ROOM:
            return "/dev/shm"
    return None


def _owner() -> dict[str, Any]:
    """Return as whom PostgreSQL's programs run: they refuse to run as root."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _can_be_reached(programs: Path) -> bool:
    """Whether others may run the programs where they are; nothing may be run from memory."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in programs.parents)


def _programs(version: int, folder: Path, owner: dict[str, Any]) -> Path:
    """Return the folder of the programs, where their owner can reach them."""
    programs = server_programs(version)
    if owner and not _can_be_reached(programs):
        folder.chmod(0o755)
        for part in (str(version), "lib"):
            shutil.copytree(programs / part, folder / "postgres" / part)
        programs = folder / "postgres"
    return programs / str(version) / "bin"


def _empty(version: int) -> Path:
    """Return the data of a server that has just been set up: made once, and copied for each server."""
    decisive = (version, PASSWORD, _SET_UP, str(server_programs(version).parent.name))
    digest = hashlib.sha256(repr(decisive).encode()).hexdigest()[:16]

    def fill(made: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="caretaker-postgres-") as name:
            folder, owner = Path(name), _owner()
            programs = _programs(version, folder, owner)
            password = folder / "password"
            password.write_text(PASSWORD, "utf-8")
            if owner:
                for path in (folder, password):
                    shutil.chown(path, owner["user"], owner["group"])
            command = [f"{programs}/initdb", "-D", f"{folder}/data", f"--pwfile={password}", *_SET_UP]
            subprocess.run(command, check=True, capture_output=True, **owner)
            shutil.copytree(folder / "data", made)

    return once(LAYERS / f"postgres-data-{version}-{digest}", fill)


def _wait_until_ready(server: PostgresServer, process: "subprocess.Popen[Any]") -> None:
    for _ in range(200):
        time.sleep(0.02)
        with suppress(psycopg2.OperationalError):
            psycopg2.connect(server.url()).close()
            return
        if process.poll() is not None:
            raise RuntimeError("PostgreSQL has ended before it was ready")
    raise RuntimeError("PostgreSQL was not ready in time")
