"""Backups that were deleted and can be had back: their versions are there until the bucket's grace is over."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.archive.hold import hold
from caretaker.archive.identity import MANIFEST, ROOT, backup_id, prefix_of
from caretaker.archive.manifest import Manifest
from caretaker.archive.manifest_file import LARGEST, UnreadableManifest, decode
from caretaker.archive.objects import Bucket, StorageFailed
from caretaker.archive.storage_faults import reason

_AT_ONCE = 1_000  # keys that one call takes


class Purged(Exception):
    """A backup cannot be had back, or not any more; the message says why."""


@dataclass(frozen=True, slots=True)
class Expired:
    """A backup that was deleted, and when."""

    manifest: Manifest
    at: datetime


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the bucket keeps under one key: the newest version, the delete markers, and when the last of these came."""

    version: str = ""
    markers: tuple[str, ...] = ()
    deleted_at: datetime | None = None


def expired(bucket: Bucket, database: str | None = None) -> tuple[Expired, ...]:
    """Return the backups that can be had back, of a database or of all, the newest first; raise ``StorageFailed``."""
    found: list[Expired] = []
    for key, kept in _kept(bucket, ROOT if database is None else prefix_of(database)).items():
        backup = backup_id(key)
        if backup and key == backup.key(MANIFEST) and kept.version and kept.deleted_at:
            manifest = _manifest(bucket, key, kept.version)
            found += [Expired(manifest, kept.deleted_at)] if manifest else []
    return tuple(sorted(found, key=lambda one: one.manifest.as_of, reverse=True))


def undelete(bucket: Bucket, one: Expired, at: datetime) -> None:
    """Bring a backup back, its manifest last; raise ``Purged`` or ``StorageFailed``. It is held from then on.

    If this ends half-way, the backup is as deleted as before, and what is back without it is cleared up again.
    """
    backup = one.manifest.id
    kept = _kept(bucket, backup.prefix)
    gone = [stored.name for stored in one.manifest.objects if not kept.get(backup.key(stored.name), _Kept()).version]
    if gone or not kept.get(backup.key(MANIFEST), _Kept()).version:
        raise Purged(f"{backup.text} cannot be had back: {', '.join(gone) or MANIFEST} of it is purged already")
    hold(bucket, backup, "it was deleted, and brought back by hand", at)
    _unmark(bucket, {key: one for key, one in kept.items() if key != backup.key(MANIFEST)})
    _unmark(bucket, {key: one for key, one in kept.items() if key == backup.key(MANIFEST)})


def _kept(bucket: Bucket, prefix: str) -> Mapping[str, _Kept]:
    versions: dict[str, tuple[datetime, str]] = {}
    markers: dict[str, list[str]] = defaultdict(list)
    deleted: dict[str, datetime] = {}
    try:
        for page in bucket.client.get_paginator("list_object_versions").paginate(Bucket=bucket.name, Prefix=prefix):
            for version in page.get("Versions", []):
                seen = (version["LastModified"], version["VersionId"])
                versions[version["Key"]] = max(seen, versions.get(version["Key"], seen))
            for marker in page.get("DeleteMarkers", []):
                markers[marker["Key"]].append(marker["VersionId"])
                if marker["IsLatest"]:
                    deleted[marker["Key"]] = marker["LastModified"]
    except (ClientError, BotoCoreError) as error:
        raise StorageFailed(f"the versions of {prefix} could not be listed: {reason(error)}") from error
    return {
        key: _Kept(versions[key][1] if key in versions else "", tuple(markers[key]), deleted.get(key))
        for key in {*versions, *markers}
    }


def _manifest(bucket: Bucket, key: str, version: str) -> Manifest | None:
    try:
        body = bucket.client.get_object(Bucket=bucket.name, Key=key, VersionId=version)["Body"].read(LARGEST * 4)
    except (ClientError, BotoCoreError) as error:
        raise StorageFailed(f"{key} could not be read: {reason(error)}") from error
    try:
        return decode(body, key)
    except UnreadableManifest:
        return None


def _unmark(bucket: Bucket, kept: Mapping[str, _Kept]) -> None:
    """Take the delete markers away, so that the newest version is there again."""
    named = [{"Key": key, "VersionId": marker} for key, one in kept.items() if one.version for marker in one.markers]
    for start in range(0, len(named), _AT_ONCE):
        refused = _removed(bucket, named[start : start + _AT_ONCE])
        if refused:
            raise StorageFailed(f"the delete marker of {refused[0]} could not be taken away: S3 does not permit it")


def _removed(bucket: Bucket, named: Sequence[Mapping[str, str]]) -> list[str]:
    try:
        answer = bucket.client.delete_objects(
            Bucket=bucket.name,
            Delete={"Objects": [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in named], "Quiet": True},
        )
    except (ClientError, BotoCoreError) as error:
        raise StorageFailed(f"delete markers could not be taken away: {reason(error)}") from error
    return [error["Key"] for error in answer.get("Errors", [])]
