"""One way of bringing the newest backup back, in a process of its own, whose memory is its own; answers in JSON.

python -m bench.drill.ours ENDPOINT FOLDER drill      as verify does it
python -m bench.drill.ours ENDPOINT FOLDER restored   the same, but for all that serves to compare rows
python -m bench.drill.ours ENDPOINT FOLDER hand       curl | zstd -d > file, and pg_restore -j 2 into such a server

A further argument, quick, has the digests made as digest.py says.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import boto3

from bench.drill.digest import quick_digests
from bench.restore import ACCESS, BUCKET, JOBS, PROGRAMS, ZSTD
from caretaker.archive.deadline import Deadline
from caretaker.archive.entries import entries
from caretaker.archive.identity import DUMP
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.programs import programs_for
from caretaker.archive.restoring.comparing import Comparison
from caretaker.archive.sessions import rows
from functions.verify.drill import SERVER, drill
from functions.verify.means import Means
from functions.verify.throwaway import throwaway

MEMORY = 3_008_000_000  # bytes, as verify has by default


def main(endpoint: str, folder: str, way: str, quick: str = "") -> None:
    """Do one of the three, and say how many seconds each part took, and the bytes of memory at the peak."""
    bucket = Bucket(boto3.client("s3", endpoint_url=endpoint, **ACCESS), BUCKET)
    means = Means(
        bucket=bucket,
        programs=PROGRAMS,
        folder=Path(folder),
        memory=MEMORY,
        free=lambda: shutil.disk_usage(folder).free,
        deadline=Deadline(time.monotonic() + 3600, time.monotonic),
        clock=lambda: datetime.now(UTC),
        wait=time.sleep,
    )
    newest = entries(bucket, "main").entries[0].manifest
    if way == "hand":
        seconds = by_hand(f"{endpoint}/{BUCKET}/{newest.id.key(DUMP)}", means)
    else:
        digests = quick_digests() if quick else nullcontext()
        with digests, nullcontext() if way == "drill" else comparing_nothing():
            seconds = drilled(newest, means)
    print(json.dumps({**seconds, "memory": peak()}))


def peak() -> int:
    """Return the bytes of memory that this process had at most; getrusage would count those of who has started it."""
    [line] = [line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


@contextmanager
def comparing_nothing() -> Iterator[None]:
    """Give a block in which rows are neither hashed while the archive is decoded, nor compared."""
    with (
        patch("functions.verify.bringing.find_differences", lambda *_: Comparison(0, 0, ())),
        patch("functions.verify.lines.ArchiveRows.write", lambda *_: None),
    ):
        yield


def drilled(manifest: Manifest, means: Means) -> dict[str, float]:
    before = time.monotonic()
    proof = drill(manifest, means).proof
    whole = time.monotonic() - before
    assert proof.reached == "equal", proof.noted
    fetched, restored = (step.seconds for step in proof.steps if step.level in ("checksums", "restored"))
    return {"read": fetched, "restore": restored, "whole": whole}


def by_hand(address: str, means: Means) -> dict[str, float]:
    programs, file = programs_for(SERVER, PROGRAMS), means.folder / "by-hand.dump"
    (means.folder / "by-hand").mkdir(0o700)
    with throwaway(means.folder / "by-hand", programs, means) as server:
        with closing(server.superuser.connect(10)) as session:
            rows(session, "create database hand template template0")
        began = time.monotonic()
        subprocess.run(f"curl -s {address} | {ZSTD} > {file}", shell=True, check=True)
        read = time.monotonic() - began
        environment = {**os.environ, **server.superuser.environment()}
        command = [programs.path("pg_restore"), "--no-owner", "-j", JOBS, "-d", "hand", file]
        subprocess.run(command, env=environment, check=True)
        whole = time.monotonic() - began
    shutil.rmtree(means.folder / "by-hand")
    file.unlink()
    return {"read": read, "restore": whole - read, "whole": whole}


if __name__ == "__main__":
    main(*sys.argv[1:])
