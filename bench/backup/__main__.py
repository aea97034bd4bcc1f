"""What a backup costs, beside pg_dump alone and beside `pg_dump -Fc | aws s3 cp -`.

    .venv/bin/python -m bench.backup [--gb 1] [--stream-gb 10] [--rounds 3]

A real PostgreSQL 18 with the mixed rows of rows.sql; S3 is a sink on loopback that speaks multipart and discards. Each
is done so many times, and the median counts; a backup without its two SHA-256 shows what they cost on this machine.
Then so many GB are streamed without a database, for the memory. Exits with 1 if a goal is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as Shown

from bench.backup.session import run, snapshot
from caretaker.archive.fingerprint import Look, fingerprint
from caretaker.archive.manifest import Fingerprint
from layers.postgres.layer import layer
from tests.databases import connection_to
from tests.postgres import PASSWORD, PostgresServer, postgres_server

SLOWER = 1.3  # than pg_dump alone, at most
FASTER = 3.0  # than pg_dump -Fc | aws s3 cp -, at least
SMALLER = 0.75  # of what that stores, at most
MEMORY = 200e6  # bytes, at most
FULL = 1.0  # of the seconds of pg_dump alone, at most
COUNTS = 1 / 3
ROWS = Path(__file__).with_name("rows.sql")
AWS = f"{sys.executable} -m awscli"
PG_DUMP = layer("host") / "postgres/18/bin/pg_dump"


@dataclass(frozen=True)
class Cost:
    """What one way of doing it took: seconds, bytes of memory at the peak, bytes before and after."""

    seconds: float
    memory: float = 0
    raw: int = 0
    stored: int = 0


@dataclass(frozen=True)
class Costs:
    """What everything took."""

    alone: Cost
    unhashed: Cost
    ours: Cost
    usual: Cost
    full: Cost
    counts: Cost
    streamed: Cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gb", type=float, default=1)
    parser.add_argument("--stream-gb", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    console = Console()
    with sink() as address, tempfile.TemporaryDirectory() as folder, postgres_server(18) as server:
        run(server, ROWS.read_text("utf-8").replace(":gb", str(asked.gb)))
        console.print(f"the database has {run(server, 'select pg_database_size(current_database())')[0][0]:,} bytes")
        ways = (
            lambda: shell(server, f"{PG_DUMP} -Fc -Z0 > /dev/null"),
            lambda: backup(server, address, "unhashed"),
            lambda: backup(server, address, "dump"),
            lambda: pg_dump_and_aws(server, address),
            lambda: counted(server, "full"),
            lambda: counted(server, "counts"),
        )
        rounds = [[way() for way in ways] for _ in range(asked.rounds)]  # in turns: no machine is always equally fast
        sample = Path(folder) / "sample"
        subprocess.run(f"{PG_DUMP} -Fc -Z0 > {sample}", shell=True, env=environment(server), check=True)
        streamed = pipeline(address, environment(server), "stream", str(asked.stream_gb), str(sample))
    costs = Costs(*(middle(list(each)) for each in zip(*rounds, strict=True)), streamed)
    console.print(table(costs))
    sys.exit(not good(costs))


@contextmanager
def sink() -> Iterator[str]:
    with subprocess.Popen([sys.executable, "-m", "bench.backup.sink"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def environment(server: PostgresServer) -> dict[str, str]:
    postgres = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres", "PGPASSWORD": PASSWORD}
    access = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}
    return {**os.environ, **postgres, **access, "PGDATABASE": "postgres"}


def shell(server: PostgresServer, command: str) -> Cost:
    before = time.monotonic()
    subprocess.run(command, shell=True, env=environment(server), stdout=subprocess.DEVNULL, check=True)
    return Cost(time.monotonic() - before)


def counted(server: PostgresServer, mode: Fingerprint) -> Cost:
    before = time.monotonic()
    fingerprint(connection_to(server, "postgres"), Look(mode, lambda: 3600.0))
    return Cost(time.monotonic() - before)


def backup(server: PostgresServer, address: str, how: str) -> Cost:
    with snapshot(server) as name:
        return pipeline(address, environment(server), how, name, "18")


def pipeline(address: str, variables: dict[str, str], *arguments: str) -> Cost:
    command = [sys.executable, "-m", "bench.backup.ours", address, *arguments]
    said = subprocess.run(command, env=variables, check=True, capture_output=True, text=True).stdout
    figures = json.loads(said)
    print(f"{arguments[0]}: {said.strip()}", file=sys.stderr)
    return Cost(figures["seconds"], figures["memory"], figures["raw"], figures["stored"])


def pg_dump_and_aws(server: PostgresServer, address: str) -> Cost:
    """Do as is usual; what is stored is counted on its way, outside the time."""
    variables = {**environment(server), "AWS_ENDPOINT_URL": address}
    before = time.monotonic()
    subprocess.run(f"{PG_DUMP} -Fc | {AWS} s3 cp - s3://bench/dump", shell=True, env=variables, check=True)
    seconds = time.monotonic() - before
    counted = subprocess.run(f"{PG_DUMP} -Fc | wc -c", shell=True, env=variables, check=True, capture_output=True)
    return Cost(seconds, stored=int(counted.stdout))


def middle(costs: list[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]


def table(costs: Costs) -> Shown:
    shown = Shown("", "seconds", "MB/s", "stored MB", "peak MB")
    rows = {
        "pg_dump -Fc -Z0 > /dev/null": costs.alone,
        "backup, without its SHA-256": costs.unhashed,
        "backup": costs.ours,
        "pg_dump -Fc | aws s3 cp -": costs.usual,
        "fingerprint: full": costs.full,
        "fingerprint: counts": costs.counts,
        f"{costs.streamed.raw / 1e9:.0f} GB streamed": costs.streamed,
    }
    for name, cost in rows.items():
        raw = cost.raw or costs.ours.raw
        figures = (cost.seconds, raw / 1e6 / cost.seconds, cost.stored / 1e6, cost.memory / 1e6)
        shown.add_row(name, *(f"{figure:.1f}" if figure else "" for figure in figures))
    return shown


def good(costs: Costs) -> bool:
    alone, ours = costs.alone.seconds, costs.ours
    goals = [
        ("seconds beside pg_dump alone", ours.seconds / alone, SLOWER),
        ("seconds beside the AWS CLI", ours.seconds / costs.usual.seconds, 1 / FASTER),
        ("bytes beside the AWS CLI", ours.stored / costs.usual.stored, SMALLER),
        ("seconds of full beside pg_dump alone", costs.full.seconds / alone, FULL),
        ("seconds of counts beside pg_dump alone", costs.counts.seconds / alone, COUNTS),
        ("MB of memory", ours.memory / 1e6, MEMORY / 1e6),
        ("MB of memory, streamed", costs.streamed.memory / 1e6, MEMORY / 1e6),
    ]
    for name, measured, most in goals:
        print(f"{'met   ' if measured <= most else 'missed'} {name}: {measured:.2f}, goal at most {most:.2f}")
    return all(measured <= most for _, measured, most in goals)


if __name__ == "__main__":
    main()
