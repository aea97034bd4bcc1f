"""How much of ordinary schemas a drill compares, and what a drill costs beside pg_restore alone.

    .venv/bin/python -m bench.drill [--programs FOLDER --version N]
    .venv/bin/python -m bench.drill --gb 1 [--rounds 5] [--quick-digests]

The first makes the databases of schemas/, backs each up and drills it, by the code of backup and verify, with S3 from
moto. What the layer's server lacks is stood for in the source (see source.py), unless the programs of another server
are given, in FOLDER/N/bin. Exits with 1 if more than MISSING of them are not compared whole.

The second drills a database with the mixed rows of bench/backup/rows.sql in a process of its own. By hand is `curl |
zstd -d > file; pg_restore -j 2 file` into a server with the drill's own settings, that is running by then: a drill has
to start its own. Comparing is what nobody does by hand. It is apart: drills are held with and without all that serves
it, which is the restored tables and, while the archive is decoded, a hash of each of its rows. All three are done in
turns, and the median of the turns' quotients counts. Exits with 1 if a goal is missed. SHA-256 in software is a good
part of it: --quick-digests puts something in its place that is closer to SHA-256 by a processor's instructions.
"""

import argparse
import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import boto3
import psycopg2
from rich.console import Console
from rich.table import Table

from bench.backup.session import run
from bench.drill.digest import quick_digests
from bench.drill.share import outcome, shown
from bench.drill.source import SCHEMAS, source
from bench.restore import ACCESS, BUCKET, PROGRAMS, ROWS, moto, stored
from caretaker.archive.objects import Bucket
from tests.postgres import postgres_server

SLOWER = 1.3  # than by hand, at most
MEMORY = 150e6  # bytes of the drill's own process, at most
MISSING = 1  # PostGIS, which the layer does not have
WAYS = {"hand": "by hand", "restored": "drill, up to restored", "drill": "drill"}
PARTS = ("read", "restore", "whole")
Cost = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=Path)
    parser.add_argument("--version", type=int, default=18)
    parser.add_argument("--gb", type=float)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick-digests", action="store_true")
    asked = parser.parse_args()
    with moto() as endpoint, TemporaryDirectory(prefix="drills-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # servers do not run as root
        if asked.gb is None:
            good = share(endpoint, Path(folder), asked.programs, asked.version)
        else:
            good = cost(endpoint, folder, asked.gb, asked.rounds, *["quick"] * asked.quick_digests)
    sys.exit(not good)


def share(endpoint: str, folder: Path, programs: Path | None, version: int) -> bool:
    client = boto3.client("s3", endpoint_url=endpoint, **ACCESS)
    client.create_bucket(Bucket=BUCKET)
    outcomes = []
    with source(programs, version) as server:
        for schema in SCHEMAS:
            try:
                outcomes.append(outcome(schema, server, Bucket(client, BUCKET), PROGRAMS, folder))
            except psycopg2.errors.FeatureNotSupported as lacking:
                print(f"{schema.stem}: {lacking.diag.message_primary}")
    Console().print(shown(outcomes))
    full = sum(one.is_full for one in outcomes)
    tables, compared = sum(one.tables for one in outcomes), sum(one.compared for one in outcomes)
    print(f"{full} of {len(outcomes)} schemas are compared whole: {compared} of {tables} tables")
    return full >= len(outcomes) - MISSING


def cost(endpoint: str, folder: str, gb: float, rounds: int, *quick: str) -> bool:
    with postgres_server(18) as server:
        run(server, ROWS.read_text("utf-8").replace(":gb", str(gb)))
        with quick_digests() if quick else nullcontext():
            stored(endpoint, server)
    turns = [{way: once(endpoint, folder, way, *quick) for way in WAYS} for _ in range(rounds)]
    table = Table("seconds", *PARTS, "peak MB")
    for way, name in WAYS.items():
        each = middle([turn[way] for turn in turns])
        table.add_row(name, *(f"{each[part]:.1f}" for part in PARTS), f"{each['memory'] / 1e6:.0f}")
    Console().print(table)
    slower = median(turn["restored"]["whole"] / turn["hand"]["whole"] for turn in turns)
    with_all = median(turn["drill"]["whole"] / turn["hand"]["whole"] for turn in turns)
    memory = max(turn["drill"]["memory"] for turn in turns) / 1e6
    goals = [
        ("seconds beside by hand, but for comparing", slower, SLOWER),
        ("MB of memory of the drill's own process", memory, MEMORY / 1e6),
    ]
    for name, measured, most in goals:
        print(f"{'met   ' if measured <= most else 'missed'} {name}: {measured:.2f}, goal at most {most:.2f}")
    print(f"with comparing, a drill takes {with_all:.2f} times as long as by hand")
    return all(measured <= most for _, measured, most in goals)


def once(endpoint: str, folder: str, way: str, *quick: str) -> Cost:
    command = [sys.executable, "-m", "bench.drill.ours", endpoint, folder, way, *quick]
    said: Cost = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print(way, {name: round(value, 2) for name, value in said.items()}, file=sys.stderr)
    return said


def middle(costs: list[Cost]) -> Cost:
    return {name: median(cost[name] for cost in costs) for name in costs[0]}


if __name__ == "__main__":
    main()
