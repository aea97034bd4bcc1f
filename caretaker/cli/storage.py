"""Where the backups are, for a command: the bucket, and the table where the stack is still there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import click

from caretaker.archive.identity import MANIFEST, ROOT, BackupId, backup_id
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.cli.deployed import deployed, is_local, session, told_in_words
from caretaker.core.results import timestamp
from caretaker.core.store import leases
from caretaker.core.store.table import Table

_CLEANUP = "cleanup/backups"  # the lease that a cleanup holds
_LONGEST = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Storage:
    """The bucket; ``table`` is None where it was named by hand, for the stack may be gone."""

    bucket: Bucket
    table: Table | None


def storage(bucket: str | None, stack: str | None, endpoint_url: str | None) -> Storage:
    """Return where the backups are."""
    endpoint = endpoint_url or os.environ.get("AWS_ENDPOINT_URL")
    if bucket:
        return Storage(Bucket(session(is_local(endpoint)).client("s3", endpoint_url=endpoint), bucket), None)
    known = deployed(stack, endpoint)
    return Storage(Bucket(known.client("s3"), known.output("BackupBucketName")), known.table)


@contextmanager
def in_words(endpoint_url: str | None) -> Iterator[None]:
    """Turn what AWS or the bucket say against a command into a sentence and exit code 2."""
    try:
        with told_in_words(is_local(endpoint_url or os.environ.get("AWS_ENDPOINT_URL"))):
            yield
    except StorageFailed as failure:
        raise click.UsageError(str(failure)) from failure


@contextmanager
def no_cleanup_meanwhile(table: Table | None, holder: str) -> Iterator[None]:
    """Keep a cleanup from beginning: one that had already looked would not see what is done here."""
    if table is None:
        yield
        return
    now = datetime.now(UTC)
    try:
        lease = leases.take(table, _CLEANUP, holder, now=now, until=now + _LONGEST)
    except leases.Taken as taken:
        until = timestamp(taken.until)
        raise click.ClickException(f"{taken.holder} is under way, until {until} at most: try again after it") from taken
    try:
        yield
    finally:
        leases.give_back(table, lease)


def existing(bucket: Bucket, wanted: str) -> BackupId:
    """Return the backup of an id, ``20261120T020000Z-daily-7f3a``, or of ``DATABASE/ID``."""
    ids = (backup_id(listed.key) for listed in bucket.keys(ROOT) if listed.key.endswith(f"/{MANIFEST}"))
    return the_one(wanted, [one for one in ids if one])


def the_one(wanted: str, among: list[BackupId], kind: str = "backup", listing: str = "caretaker backups") -> BackupId:
    """Return the backup that is meant; end the command if there is none, or more than one.

    ``kind`` says what is among them, and ``listing`` which command lists it.
    """
    database, _, text = wanted.rpartition("/")
    found = {one for one in among if one.text == text and database in ("", one.database)}
    if not found:
        raise click.UsageError(f"there is no {kind} {wanted}; {listing} lists what there is")
    if len(found) > 1:
        names = ", ".join(sorted(f"{one.database}/{one.text}" for one in found))
        raise click.UsageError(f"{wanted} may be one of several; write {names}")
    return found.pop()
