"""A PostgreSQL that is thrown away: made in a folder of its own, reached by a socket in it, and gone afterwards.

* Nothing may be left: no process, no file, whatever happens; what a killed run has left is removed by the next.
* It must not be reached from outside, nor by the code that is restored into it with more rights than a user's.
* It must see nothing of its caller's environment.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from caretaker.archive.connection import Connection
from caretaker.archive.deadline import Deadline, OutOfTime
from caretaker.archive.programs import Programs, ProgramsUnusable
from functions.verify.means import Means
from functions.verify.settings import settings

SUPERUSER = "caretaker"
_POLL = 0.05  # seconds
_STUBBORN = 10.0  # seconds that it may take to end
_NOBODY = "nobody"


class ServerUnavailable(Exception):
    """No server could be started; the message says why, in its own words."""


@dataclass(frozen=True, slots=True)
class Throwaway:
    """A running server, and how its superuser reaches it."""

    superuser: Connection

    def connection(self, user: str, password: str, database: str) -> Connection:
        """Return how one of its databases is reached as another user."""
        return Connection({**self.superuser.parameters, "user": user, "password": password, "dbname": database})


@contextmanager
def throwaway(folder: Path, programs: Programs, means: Means) -> Iterator[Throwaway]:
    """Give a server that runs in a folder of its own; raise ``ServerUnavailable``, ``OutOfTime``."""
    owner, password = _owner(), secrets.token_urlsafe(24)
    _initialise(folder, programs, password, owner, means.deadline)
    parameters = {"host": str(folder), "port": "5432", "dbname": "postgres", "user": SUPERUSER, "password": password}
    server = Throwaway(Connection(parameters))
    chosen = [f"-c{name}={value}" for name, value in settings(means.memory).items()]
    command: list[str | Path] = [programs.path("postgres"), "-D", folder / "data", "-k", folder, *chosen]
    with _started(command, folder, owner, programs) as process:
        _wait_until_ready(server, folder, process, means)
        yield server


def _initialise(folder: Path, programs: Programs, password: str, owner: dict[str, Any], deadline: Deadline) -> None:
    file = folder / "password"
    file.write_text(password, "utf-8")
    file.chmod(0o600)
    (folder / "data").mkdir(0o700)
    if owner:
        for path in (folder.parent, folder, folder / "data", file):  # the run's folder, too, is open to its owner alone
            shutil.chown(path, owner["user"], owner["group"])
    options = [f"--username={SUPERUSER}", f"--pwfile={file}", "--auth=scram-sha-256"]
    options += ["--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"]
    options += ["--set=scram_iterations=1"]  # more would make a weak password stronger, and every session slower
    try:
        made = subprocess.run(
            [programs.path("initdb"), "-D", folder / "data", *options],
            env=programs.environment({}),
            cwd=folder,
            capture_output=True,
            timeout=deadline.left("a server was being made"),
            check=False,
            **owner,
        )
    except subprocess.TimeoutExpired:
        raise OutOfTime("the time was over while a server was being made") from None
    except (OSError, ProgramsUnusable) as failure:
        raise ServerUnavailable(f"initdb could not be run: {failure}") from None
    finally:
        file.unlink()
    if made.returncode:
        raise ServerUnavailable(f"initdb ended with {made.returncode}: {_last(made.stderr)}")


@contextmanager
def _started(
    command: list[str | Path], folder: Path, owner: dict[str, Any], programs: Programs
) -> "Iterator[subprocess.Popen[bytes]]":
    with (folder / "log").open("wb") as log:
        try:
            process = subprocess.Popen(
                command,
                env=programs.environment({}),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **owner,
            )
        except OSError as failure:
            raise ServerUnavailable(f"postgres could not be run: {failure}") from None
    try:
        yield process
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nothing in it is to be kept
        try:
            process.wait(_STUBBORN)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_until_ready(server: Throwaway, folder: Path, process: "subprocess.Popen[bytes]", means: Means) -> None:
    while True:
        means.deadline.left("a server was being started")
        try:
            server.superuser.connect(2).close()
        except psycopg2.Error:
            pass
        else:
            return
        if process.poll() is not None:
            said = (folder / "log").read_bytes()
            raise ServerUnavailable(f"postgres ended with {process.returncode}: {_last(said)}")
        means.wait(_POLL)


def _owner() -> dict[str, Any]:
    """Return as whom the server runs: PostgreSQL refuses to run as root, and wants a user who has a name."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam(_NOBODY)
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise ServerUnavailable(f"the user {os.geteuid()} has no entry in /etc/passwd, which initdb asks for") from None
    return {}


def _last(said: bytes) -> str:
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return " | ".join(lines[-3:])[:500] or "it said nothing"
