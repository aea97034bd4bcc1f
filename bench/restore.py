"""What `caretaker restore` costs, beside the same by hand.

    .venv/bin/python -m bench.restore [--gb 1] [--rounds 3]

A real PostgreSQL 18 with the mixed rows of bench/backup/rows.sql, backed up by the real code to moto's S3 over HTTP. By
hand is `curl | zstd -d > file; pg_restore -j 2 file` (with Python's zstandard where there is no zstd). Both are done in
turns, and the median of the turns' quotients counts; each makes its database, and the command's modules are compiled
beforehand, as an installation has them. Statistics and the comparison are what nobody does by hand: they are shown
apart. --gb 1.26 makes a database of 1 GB, as PostgreSQL counts it. Exits with 1 if the goal is missed.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import boto3
from rich.console import Console
from rich.table import Table

from bench.backup.session import run
from bench.waiting import serving
from caretaker.archive.identity import DUMP
from caretaker.archive.objects import Bucket
from caretaker.archive.restoring.preflight import dump_of
from layers.postgres.layer import layer
from tests.integration.restore.restoring import backed_up, prove
from tests.postgres import PASSWORD, PostgresServer, postgres_server

SLOWER = 1.1  # than by hand, at most
BUCKET = "bench"
ROWS = Path(__file__).parent / "backup" / "rows.sql"
PROGRAMS = layer("host") / "postgres"
JOBS = "2"
ZSTD = "zstd -d" if shutil.which("zstd") else (
    f"{sys.executable} -c 'import sys, zstandard;"
    " zstandard.ZstdDecompressor().copy_stream(sys.stdin.buffer, sys.stdout.buffer)'"
)  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """Seconds: of what both do, of ANALYZE, of comparing."""

    restore: float
    analyze: float = 0
    compare: float = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gb", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with moto() as endpoint, tempfile.TemporaryDirectory() as folder, postgres_server(18) as server:
        run(server, ROWS.read_text("utf-8").replace(":gb", str(asked.gb)))
        key = stored(endpoint, server)
        rounds = [
            (by_hand(endpoint, server, key, Path(folder)), by_command(endpoint, server, folder))
            for _ in range(asked.rounds)
        ]
    hand, command = middle([first for first, _ in rounds]), middle([second for _, second in rounds])
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    shown = Table("", "seconds", "ANALYZE", "comparing")
    for name, cost in (("by hand", hand), ("caretaker restore", command)):
        shown.add_row(name, *(f"{each:.1f}" if each else "" for each in (cost.restore, cost.analyze, cost.compare)))
    Console().print(shown)
    print(f"the largest process of all took {memory / 1e6:.0f} MB")
    ratio = median(second.restore / first.restore for first, second in rounds)
    print(f"{'met   ' if ratio <= SLOWER else 'missed'} seconds beside by hand: {ratio:.2f}, goal at most {SLOWER:.2f}")
    sys.exit(ratio > SLOWER)


@contextmanager
def moto() -> Iterator[str]:
    """Serve moto in a process of its own, so that it takes no time of ours."""
    with serving(lambda port: [sys.executable, "-m", "moto.server", "-p", str(port)]) as (port, _):
        yield f"http://127.0.0.1:{port}"


def stored(endpoint: str, server: PostgresServer) -> str:
    """Back the database up, as proven; return the key of its dump."""
    client = boto3.client("s3", endpoint_url=endpoint, **ACCESS)
    client.create_bucket(Bucket=BUCKET)
    bucket = Bucket(client, BUCKET)
    manifest = backed_up(bucket, server.url(), PROGRAMS, timedelta(0), seconds=3600)
    prove(bucket, manifest.id, "equal", dump_sha256=dump_of(manifest).raw_sha256)
    return manifest.id.key(DUMP)


ACCESS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}


def by_hand(endpoint: str, server: PostgresServer, key: str, folder: Path) -> Cost:
    run(server, "drop database if exists hand")
    file = folder / "database.dump"
    before = time.monotonic()
    run(server, "create database hand template template0")
    subprocess.run(f"curl -s {endpoint}/{BUCKET}/{key} | {ZSTD} > {file}", shell=True, check=True)
    command = [str(PROGRAMS / "18/bin/pg_restore"), "--no-owner", "-j", JOBS, "-d", "hand", str(file)]
    subprocess.run(command, env={**os.environ, **connection(server)}, check=True)
    seconds = time.monotonic() - before
    file.unlink()
    run(server, "drop database hand")
    return Cost(seconds)


def by_command(endpoint: str, server: PostgresServer, folder: str) -> Cost:
    address = f"postgresql://postgres@127.0.0.1:{server.port}/commanded"
    chosen = ["--bucket", BUCKET, "--jobs", JOBS, "--json", "--yes"]
    command = [sys.executable, "-m", "caretaker.cli.main", "restore", "main", "--to", address, *chosen]
    environment = {**os.environ, **connection(server), "AWS_ENDPOINT_URL": endpoint, "TMPDIR": folder}
    environment |= {"PYTHONPYCACHEPREFIX": f"{folder}/compiled", "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([*command, "--plan"], env=environment, check=True, capture_output=True)
    before = time.monotonic()
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    whole = time.monotonic() - before
    seconds = json.loads(said)["result"]["seconds"]
    print(seconds, file=sys.stderr)
    run(server, "drop database commanded")
    return Cost(whole - seconds["analyze"] - seconds["compare"], seconds["analyze"], seconds["compare"])


def connection(server: PostgresServer) -> dict[str, str]:
    return {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres", "PGPASSWORD": PASSWORD}


def middle(costs: list[Cost]) -> Cost:
    return Cost(
        *(median(part) for part in zip(*((one.restore, one.analyze, one.compare) for one in costs), strict=True))
    )


if __name__ == "__main__":
    main()
