"""Every program of the layer does its job as it would in Lambda."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from layers.postgres.contents import PROGRAMS
from tests.sandbox import Sandbox, sandbox

# What the environment of Lambda allows a server: no shared memory of the system's, and nobody waits for its disk.
SETTINGS = ("dynamic_shared_memory_type=mmap", "listen_addresses=", "fsync=off", "summarize_wal=on")
TRY_TO_WRITE = (
    'id -u; for place in / /opt /var/tmp /dev/shm /tmp; do touch "$place/x" 2>/dev/null && echo "$place"; done; true'
)


@dataclass(frozen=True)
class Server:
    """PostgreSQL 18 of the layer, in the sandbox; reached by its socket in /tmp."""

    place: Sandbox

    def ask(self, *statements: str, database: str = "postgres") -> list[Any]:
        connection = psycopg2.connect(host=str(self.place.outside), user="postgres", dbname=database)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def run(self, program: str, *arguments: str | Path, given: bytes = b"", database: str = "postgres") -> bytes:
        """Run a program of the layer against this server; return what it printed."""
        connection = {"PGHOST": str(self.place.inside), "PGUSER": "postgres", "PGDATABASE": database}
        answer = self.place.run([_program(self.place, program), *arguments], connection, given)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout


@pytest.fixture(scope="module")
def place(postgres_layer: Path) -> Iterator[Sandbox]:
    with sandbox(postgres_layer) as one:
        yield one


@pytest.fixture(scope="module")
def server(place: Sandbox) -> Iterator[Server]:
    data = place.inside / "data"
    options = ["--username=postgres", "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"]
    made = place.run([_program(place, "initdb"), "-D", data, *options], {})
    assert made.returncode == 0, made.stderr
    with _running(place, data) as process:
        running = Server(place)
        _wait_for(running, process)
        running.ask(
            "create table orders (id int primary key, note text)",
            "insert into orders select n, repeat('x', n % 50) from generate_series(1, 5000) n",
            "create role reader",
        )
        yield running
        running.run("pg_ctl", "stop", "-D", data, "-m", "immediate")
        assert process.wait(20) == 0


def test_the_sandbox_is_as_lambda_is(place: Sandbox) -> None:
    if not place.confined:
        pytest.skip("this machine lets this user make no mount namespace: the system stays writable where it is")

    said = place.run(["/bin/sh", "-c", TRY_TO_WRITE], {"PATH": "/usr/bin:/bin"}).stdout.decode().split()

    assert said[0] != "0"
    assert said[1:] == ["/tmp"]


@pytest.mark.parametrize(("version", "program"), [(version, one) for version, all_ in PROGRAMS.items() for one in all_])
def test_a_program_starts_and_is_of_the_version_of_its_folder(place: Sandbox, version: int, program: str) -> None:
    answer = place.run([_program(place, program, version), "--version"], {})

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.decode().startswith(f"{program} (PostgreSQL) {version}.")


def test_what_is_dumped_is_restored(server: Server) -> None:
    dump = server.run("pg_dump", "-Fc", "-Z0")
    server.ask("create database restored")

    server.run("pg_restore", "--exit-on-error", "-d", "restored", given=dump)

    rows = "select count(*), sum(hashtextextended(orders::text, 0)::numeric) from orders"
    assert server.ask(rows, database="restored") == server.ask(rows)


def test_the_roles_of_the_server_are_dumped_without_passwords(server: Server) -> None:
    globals_ = server.run("pg_dumpall", "--globals-only", "--no-role-passwords")

    assert b"CREATE ROLE reader;" in globals_


def test_every_extension_of_the_layer_can_be_created(server: Server) -> None:
    server.ask("create database extended")
    names = [name for (name,) in server.ask("select name from pg_available_extensions order by name")]

    server.ask(*(f'create extension if not exists "{name}" cascade' for name in names), database="extended")

    assert len(names) > 40
    assert server.ask("select count(*) from pg_extension", database="extended") == [(len(names),)]


def test_a_base_backup_and_its_increment_are_verified_and_combined(server: Server) -> None:
    full, later, whole = (server.place.inside / name for name in ("full", "later", "whole"))

    server.run("pg_basebackup", "-D", full, "--checkpoint=fast", "--no-sync")
    server.run("pg_verifybackup", full)
    server.ask("create table later (id int)")
    server.run(
        "pg_basebackup", "-D", later, "--checkpoint=fast", "--no-sync", "--incremental", full / "backup_manifest"
    )
    server.run("pg_combinebackup", full, later, "-o", whole, "--no-sync")

    server.run("pg_verifybackup", whole)


def test_the_log_is_received(server: Server) -> None:
    (server.place.outside / "log").mkdir(mode=0o777)
    (server.place.outside / "log").chmod(0o777)
    end = server.ask("select pg_switch_wal(); create table logged (id int); select pg_current_wal_flush_lsn()::text")[
        0
    ][0]

    server.run("pg_receivewal", "-D", server.place.inside / "log", "--endpos", end, "--no-loop", "--no-sync")

    assert any((server.place.outside / "log").iterdir())


def _program(place: Sandbox, name: str, version: int = 18) -> Path:
    return place.programs / str(version) / "bin" / name


@contextmanager
def _running(place: Sandbox, data: Path) -> Iterator["subprocess.Popen[bytes]"]:
    settings = [f"-c{setting}" for setting in SETTINGS]
    command: list[str | Path] = [_program(place, "postgres"), "-D", data, "-k", place.inside, *settings]
    with place.start(command, {}, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def _wait_for(server: Server, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        time.sleep(0.02)
        with suppress(psycopg2.OperationalError):
            server.ask("select 1")
            return
        assert process.poll() is None
    raise AssertionError("PostgreSQL was not ready in time")
