"""Whole runs of a backup: a real database, a table and a bucket, times that a test decides, and what is left of it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from caretaker.archive.catalogue import backups
from caretaker.archive.identity import MANIFEST
from caretaker.archive.manifest import Manifest
from caretaker.archive.objects import Bucket
from caretaker.archive.programs import programs_for
from caretaker.archive.versions import Version
from caretaker.core.availability import Run
from caretaker.core.config import BackupConfig
from caretaker.core.incidents.state import State
from caretaker.core.secrets import Reference, SecretUnavailable
from caretaker.core.store import history, leases, requests, states
from caretaker.core.store.requests import Progress
from caretaker.core.store.table import OUTBOX, Table
from functions.backup.event import Asked
from functions.backup.run import run
from functions.backup.tools import Made, Tools

SECRET = Reference("ssm", "caretaker/production/backup/main")
CHECK = "backup/main"
ONE_ATTEMPT = 75.0  # seconds, too few for a second one
TWO_ATTEMPTS = 600.0


@dataclass
class World:
    """A database ``main`` that is to be backed up. ``url`` is what its secret says, or why it says nothing."""

    table: Table
    bucket: Bucket
    programs: Path
    url: str | SecretUnavailable
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    waited: list[float] = field(default_factory=list)
    while_waiting: Callable[[], object] = lambda: None

    def asked(self, **changes: Any) -> Asked:  # of any field
        """Return the event of now."""
        return Asked(**{"at": self.now, "database": "main", **changes})

    def run(self, asked: Asked | None = None, seconds: float = ONE_ATTEMPT, **tools: Any) -> Made:
        """Run a backup that has so many seconds; ``tools`` are other ones than usual."""
        usual: dict[str, Any] = {
            "table": self.table,
            "bucket": self.bucket,
            "read_secrets": self._read,
            "config": BackupConfig("production", (_COMPILED,)),
            "programs": self.programs,
            "clock": lambda: self.now,
            "monotonic": time.monotonic,
            "wait": self._wait,
        }
        return run(asked or self.asked(), time.monotonic() + seconds, Tools(**(usual | tools)))

    def later(self, minutes: float = 60) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)

    def backups(self) -> tuple[Manifest, ...]:
        """Return what any reader takes for backups."""
        return backups(self.bucket, "main").backups

    def manifests(self) -> list[str]:
        """Return the keys of manifests."""
        return [listed.key for listed in self.bucket.keys("") if listed.key.endswith(MANIFEST)]

    def uploads(self) -> list[str]:
        """Return the keys of uploads that are open."""
        found = self.bucket.client.list_multipart_uploads(Bucket=self.bucket.name)
        return [upload["Key"] for upload in found.get("Uploads", [])]

    def state(self) -> State:
        """Return the state of the check."""
        return states.reload(self.table, [CHECK])[CHECK]

    def told(self) -> list[dict[str, Any]]:
        """Return what people are told, in order."""
        return [one for item in self.table.query(OUTBOX) for one in json.loads(item["members"]["S"])]

    def events(self) -> list[str]:
        """Return the kinds of what people are told."""
        return [str(one["kind"]) for one in self.told()]

    def is_free(self) -> bool:
        """Whether nobody's lease is left."""
        everything = self.table.client.scan(TableName=self.table.name)["Items"]
        return not any(item["pk"]["S"].startswith("LEASE#") for item in everything)

    def hold(self, holder: str, seconds: float) -> leases.Lease:
        """Let somebody take the lease, for so long."""
        until = self.now + timedelta(seconds=seconds)
        return leases.take(self.table, CHECK, holder, now=self.now, until=until)

    def _read(self, wanted: frozenset[Reference]) -> Mapping[Reference, str | SecretUnavailable]:
        return dict.fromkeys(wanted, self.url)

    def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.while_waiting()


_COMPILED = {
    "name": "main",
    "url": str(SECRET),
    "rpo": 93_600,
    "rto": 3600,
    "exclude_table_data": [],
    "fingerprint": "auto",
    "ca": "",
}

_VERSION = 'case "$1" in --version) exec "$real" "$@" ;; esac'


def scripted(world: World, folder: Path, script: str) -> Path:
    """Return a folder of programs whose pg_dump is a shell script; ``$real`` is the real one."""
    real = programs_for(Version(18, 0), world.programs).path("pg_dump")
    for version in ("16", "18"):
        source, target = world.programs / version, folder / version
        (target / "bin").mkdir(parents=True)
        for program in (source / "bin").iterdir():
            (target / "bin" / program.name).symlink_to(program)
        program = target / "bin" / "pg_dump"
        program.unlink()
        program.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\nreal={real}\n{_VERSION}\n{script}\n", "utf-8")
        program.chmod(0o755)
    if (world.programs / "lib").exists():
        (folder / "lib").symlink_to(world.programs / "lib")
    return folder


def runs(world: World) -> list[Run]:
    return list(
        history.runs(world.table, "backup", world.now, world.now - timedelta(hours=1), world.now + timedelta(1))
    )


def progress(world: World, request: str) -> Progress:
    found = requests.look_up(world.table, request)
    assert found is not None
    return found


def is_whole(world: World, backup: Manifest) -> bool:
    """Whether everything that a manifest names is there as it says."""
    heads = {stored.name: world.bucket.head(backup.id.key(stored.name)) for stored in backup.objects}
    return all((head := heads[stored.name]) and head.bytes == stored.bytes for stored in backup.objects)


def forget(world: World, kept: Manifest) -> None:
    """Delete all that is not of this backup, and the uploads that a lifecycle rule would end."""
    client, bucket = world.bucket.client, world.bucket.name
    for key in [listed.key for listed in world.bucket.keys("")]:
        if not key.startswith(kept.id.prefix):
            client.delete_object(Bucket=bucket, Key=key)
    for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
        client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
