"""What zstd's settings make of a dump, and at what price: why functions/backup/compressing.py has the ones it has.

    .venv/bin/python -m bench.backup.levels [--gb 0.25]

A dump of the mixed rows of rows.sql is compressed by each in a process of its own, with two threads; the CPU seconds
are the least of three times. The row with a star is what backups are made with; gzip's is what pg_dump does by itself.
"""

import argparse
import multiprocessing
import resource
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import zstandard
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.backup.__main__ import PG_DUMP, ROWS, environment
from bench.backup.session import run
from functions.backup.compressing import Compressed
from tests.postgres import postgres_server

_THREADS = 2
_JOB = 2 << 20
_ROUNDS = 3
_CHUNK = 1 << 18
_LONG = {"enable_ldm": True, "window_log": 21, "min_match": 7, "hash_log": 18}
_LAZY = {"window_log": 21, "hash_log": 20, "chain_log": 20, "search_log": 4, "min_match": 6}
SETTINGS: dict[str, dict[str, Any]] = {
    "gzip": {},
    "* backup": {},
    "1": {"level": 1},
    "3": {},
    "3, jobs of 8 MiB": {"job_size": 8 << 20},
    "3, matches of 7": {"min_match": 7},
    "3, matches of 7, long ones of 64": {**_LONG, "ldm_min_match": 64, "ldm_hash_rate_log": 7},
    "3, matches of 7, long ones of 32": {**_LONG, "ldm_min_match": 32, "ldm_hash_rate_log": 5},
    "6": {"level": 6},
    "lazy, matches of 6": {**_LAZY, "strategy": zstandard.STRATEGY_LAZY},
    "lazy2, matches of 6": {**_LAZY, "strategy": zstandard.STRATEGY_LAZY2},
    "9": {"level": 9},
    "12": {"level": 12},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gb", type=float, default=0.25)
    gb = parser.parse_args().gb
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample"
        with postgres_server(18) as server:
            run(server, ROWS.read_text("utf-8").replace(":gb", str(gb)))
            subprocess.run(f"{PG_DUMP} -Fc -Z0 > {sample}", shell=True, env=environment(server), check=True)
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as alone:
            rows = [
                (name, min(alone.apply(measure, (name, str(sample))) for _ in range(_ROUNDS)))
                for name in track(SETTINGS, "compressing")
            ]
        size = sample.stat().st_size
    gzip = dict(rows)["gzip"][1]
    shown = Table("settings", "stored MB", "of gzip", "CPU seconds", "peak MiB", title=f"{size / 1e6:.0f} MB")
    for name, (seconds, stored, peak) in rows:
        shown.add_row(name, f"{stored / 1e6:.1f}", f"{stored / gzip:.2f}", f"{seconds:.1f}", f"{peak / 2**20:.0f}")
    Console().print(shown)


def measure(name: str, sample: str) -> tuple[float, int, int]:
    """Compress a file; return CPU seconds, bytes stored, and bytes of memory that it took beyond those of before."""
    compress, flush = _compressor(name)
    memory, before, stored = _peak(), time.process_time(), 0
    with Path(sample).open("rb") as file:
        while chunk := file.read(_CHUNK):
            stored += len(compress(chunk))
    stored += len(flush())
    return time.process_time() - before, stored, _peak() - memory


def _compressor(name: str) -> tuple[Callable[[bytes], bytes], Callable[[], bytes]]:
    if name == "gzip":
        gzip = zlib.compressobj(6)
        return gzip.compress, gzip.flush
    if name == "* backup":
        ours = Compressed()
        return ours.write, ours.finish
    chosen = {"level": 3, "threads": _THREADS, "job_size": _JOB, "write_checksum": True, **SETTINGS[name]}
    parameters = zstandard.ZstdCompressionParameters.from_level(chosen.pop("level"), **chosen)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return stream.compress, stream.flush


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
