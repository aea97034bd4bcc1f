"""The pipeline in a process of its own, so that its memory is its own: started by the benchmark, answers in JSON.

python -m bench.backup.ours SINK dump SNAPSHOT VERSION      dumps the database that the environment leads to
python -m bench.backup.ours SINK unhashed SNAPSHOT VERSION  the same without SHA-256: as if it cost nothing
python -m bench.backup.ours SINK stream GB SAMPLE           compresses and uploads so many GB like those of a file
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import boto3

from caretaker.archive.deadline import Deadline
from caretaker.archive.objects import Bucket
from caretaker.archive.programs import programs_for
from caretaker.archive.versions import Version
from caretaker.core.secrets import Redactor
from functions.backup import compressing
from functions.backup.compressing import Compressed
from functions.backup.dump import Dumping, Source, dump
from functions.backup.multipart import SETTINGS
from functions.backup.upload import Upload
from layers.postgres.layer import layer

_ACCESS = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}


class _Unhashed:
    """What stands in for a digest where only the rest is to be measured."""

    def update(self, _: bytes) -> None:
        """Do nothing."""

    def text(self) -> str:
        """Return no digest."""
        return ""


def main(sink: str, what: str, *arguments: str) -> None:
    """Do one of the two, and say how long it took and how much memory it needed."""
    deadline = Deadline(time.monotonic() + 3600, time.monotonic)
    bucket = Bucket(boto3.client("s3", endpoint_url=sink, config=SETTINGS, **_ACCESS), "bench")
    upload = Upload(bucket, "database.dump.zst", deadline)
    before = time.monotonic()
    if what == "unhashed":
        compressing.Sha256 = _Unhashed  # type: ignore[misc,assignment]
    if what in {"dump", "unhashed"}:
        connection = {name: value for name, value in os.environ.items() if name.startswith("PG")}
        programs = programs_for(Version(int(arguments[1]), 0), layer("host") / "postgres")
        source = Source(programs, connection, arguments[0])
        stored = dump(source, Dumping(upload, deadline, Redactor(), lambda: None, lambda _: None))
        sizes = (stored.raw_bytes, stored.bytes)
    else:
        sizes = stream(upload, float(arguments[0]), Path(arguments[1]))
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {
        "seconds": time.monotonic() - before,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss * 1024,
        "raw": sizes[0],
        "stored": sizes[1],
    }
    print(json.dumps(figures))


def stream(upload: Upload, gb: float, sample: Path) -> tuple[int, int]:
    """Send a sample again and again, each time with other bytes among it, as a dump of so many GB."""
    compressed = Compressed()
    with upload:
        while compressed.raw_bytes < gb * 1e9:
            with sample.open("rb") as file:
                while chunk := file.read(1 << 20):
                    upload.write(compressed.write(os.urandom(1 << 17) + chunk))
        upload.write(compressed.finish())
        upload.complete()
    return compressed.raw_bytes, compressed.stored_bytes


if __name__ == "__main__":
    main(*sys.argv[1:])
