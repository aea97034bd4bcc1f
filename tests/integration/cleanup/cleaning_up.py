"""Whole runs of a cleanup: a versioned bucket and a table in moto, times that a test decides, and what is left."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from caretaker.archive.entries import Entry, entries
from caretaker.archive.identity import DUMP, GLOBALS, HOWTO, MANIFEST, TABLES, BackupId
from caretaker.archive.manifest_file import encode
from caretaker.archive.objects import Bucket
from caretaker.archive.proof_file import encode as encode_proof
from caretaker.archive.proof_file import proof_key
from caretaker.core.config import CleanupConfig, Retention
from caretaker.core.results import Result
from caretaker.core.store.table import OUTBOX, Table
from functions.cleanup.event import Asked
from functions.cleanup.run import Cleaned, Tools, run
from tests.buckets import ONCE, s3_at
from tests.proofs import backed_up

BUCKET = "backups-to-clean"
PARTS = (DUMP, GLOBALS, TABLES, HOWTO)


@dataclass
class World:
    """A bucket that is cleaned up at ``now``, which is the time of every clock."""

    table: Table
    endpoint: str
    retention: Retention | None = field(default_factory=Retention)
    databases: tuple[str, ...] = ("main",)
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    @property
    def bucket(self) -> Bucket:
        """The bucket, through a client of its own, whose S3 has the test's time."""
        client = s3_at(self.endpoint, ONCE)
        client.meta.events.register("after-call.s3.ListObjectsV2", self._tell_the_time)
        return Bucket(client, BUCKET)

    @cached_property
    def _own_bucket(self) -> Bucket:
        """The bucket for all that nothing is done to: making a client takes longer than using it."""
        return self.bucket

    def run(self, at: datetime | None = None, **tools: Any) -> Cleaned:  # other tools than usual
        """Clean up; ``at`` is when that was scheduled for, if not for now."""
        usual: dict[str, Any] = {
            "table": self.table,
            "bucket": self._own_bucket,
            "config": self.config,
            "clock": lambda: self.now,
            "monotonic": lambda: 0.0,
            "wait": lambda _: None,
        }
        return run(Asked(at or self.now), 60.0, Tools(**(usual | tools)))

    @property
    def config(self) -> CleanupConfig:
        return CleanupConfig("production", self.databases, self.retention)

    def result(self, **tools: Any) -> Result:
        """Clean up, and return the Result."""
        cleaned = self.run(**tools)
        assert cleaned.ran is not None
        [result] = cleaned.ran.results
        return result

    def days_ago(self, *days: float, **entry: Any) -> list[BackupId]:
        """Store a whole backup for each of these days; ``entry`` says what became of it."""
        return [self.store(backed_up(self.now - timedelta(days=day), **entry)) for day in days]

    def store(self, entry: Entry) -> BackupId:
        """Store a whole backup as backup and verify do."""
        made = entry.manifest
        self.put(*(made.id.key(name) for name in PARTS))
        if entry.proof:
            self._put(proof_key(made.id, entry.proof.began_at), encode_proof(entry.proof))
        self._put(made.id.key(MANIFEST), encode(made))
        return made.id

    def put(self, *keys: str) -> None:
        """Store objects of ten bytes."""
        for key in keys:
            self._put(key, b"0123456789")

    def _put(self, key: str, body: bytes) -> None:
        """Store an object where moto keeps them: by requests it would take longer than all that is tested."""
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(BUCKET, key, body)

    def later(self, **passed: float) -> None:
        """Let time pass."""
        self.now += timedelta(**passed)

    def keys(self) -> list[str]:
        """Return the keys of what is there."""
        return [listed.key for listed in self._own_bucket.keys("")]

    def backups(self) -> set[BackupId]:
        """Return what any reader takes for backups."""
        return {entry.manifest.id for entry in entries(self._own_bucket).entries}

    def good(self) -> set[BackupId]:
        return {entry.manifest.id for entry in entries(self._own_bucket).entries if entry.is_good}

    def versions(self) -> dict[str, int]:
        """Return how many versions with contents there are, by key."""
        found: dict[str, int] = {}
        for page in self._own_bucket.client.get_paginator("list_object_versions").paginate(Bucket=BUCKET):
            for version in page.get("Versions", []):
                found[version["Key"]] = found.get(version["Key"], 0) + 1
        return found

    def told(self) -> list[tuple[str, list[str]]]:
        """Return what people are told: events and codes."""
        members = [one for item in self.table.query(OUTBOX) for one in json.loads(item["members"]["S"])]
        return [(one["kind"], [finding["code"] for finding in one["findings"]]) for one in members]

    def is_free(self) -> bool:
        """Whether nobody's lease is left."""
        everything = self.table.client.scan(TableName=self.table.name)["Items"]
        return not any(item["pk"]["S"].startswith("LEASE#") for item in everything)

    def _tell_the_time(self, parsed: Mapping[str, Any], **_: object) -> None:
        headers: dict[str, str] = parsed["ResponseMetadata"]["HTTPHeaders"]
        headers["date"] = format_datetime(self.now, usegmt=True)


def of(backup: BackupId, keys: Iterable[str]) -> list[str]:
    """Return those keys that belong to a backup."""
    return [key for key in keys if key.startswith(backup.prefix)]


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings]
