"""``caretaker restore`` as a process, and a restore that takes long enough to be disturbed."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.databases import make, run
from tests.integration.restore.conftest import BUCKET
from tests.integration.restore.restoring import World, backed_up, prove
from tests.postgres import PASSWORD
from tests.unit.cli.processes import COMMAND, environment

SLOW_ROWS = 100


def variables(moto_endpoint: str, **more: str) -> dict[str, str]:
    """Return the environment that it runs in."""
    return environment(**({"AWS_ENDPOINT_URL": moto_endpoint, "PGPASSWORD": PASSWORD} | more))


def arguments(world: World, *more: str) -> list[str]:
    """Return the command that restores into the world's database."""
    address = f"postgresql://postgres@127.0.0.1:{world.server.port}/{world.database}"
    return [*COMMAND, "restore", "main", "--to", address, "--bucket", BUCKET, *more]


def make_slow(world: World) -> None:
    """Put a newer backup there, of a table whose rows each take a tenth of a second when they are restored."""
    slowly = "begin if current_database() like 'restored%' then perform pg_sleep(0.1); end if; return true; end"
    database = make(
        world.server,
        f"create function slowly(int) returns bool language plpgsql as $${slowly}$$",
        "create table slow (n int check (slowly(n)))",
        f"insert into slow select generate_series(1, {SLOW_ROWS})",
    )
    newest = backed_up(world.bucket, world.server.url(database=database), world.programs, -timedelta(1))
    prove(world.bucket, newest.id, "equal")


@contextmanager
def under_way(world: World, moto_endpoint: str) -> Iterator["subprocess.Popen[str]"]:
    """Give a restore that has come to the rows."""
    with subprocess.Popen(
        arguments(world),
        env=variables(moto_endpoint, TMPDIR=str(world.room)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while process.poll() is None and not has_come_to_the_rows(world):
            time.sleep(0.02)
        assert process.poll() is None, process.communicate()
        yield process


def has_come_to_the_rows(world: World) -> bool:
    """Return whether a restore of it is at work at the rows."""
    at_work = f"datname = '{world.database}' and query like 'COPY public.slow%'"
    return bool(run(world.server, "postgres", f"select 1 from pg_stat_activity where {at_work}"))
