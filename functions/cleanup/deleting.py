"""Deleting objects: each gets a delete marker, its versions stay until the bucket's lifecycle purges them."""

from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from caretaker.archive.objects import Bucket, Listed
from caretaker.archive.storage_faults import reason

_AT_ONCE = 1_000  # keys that one call takes
_FORBIDDEN = "AccessDenied"


@dataclass(frozen=True, slots=True)
class Failure:
    """An object that could not be deleted, or may not have been, and why."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """What became of objects that were to be deleted."""

    done: tuple[Listed, ...] = ()
    failures: tuple[Failure, ...] = ()

    def __add__(self, other: "Deleted") -> "Deleted":
        return Deleted(self.done + other.done, self.failures + other.failures)

    @property
    def bytes(self) -> int:
        """How much went."""
        return sum(listed.bytes for listed in self.done)


def delete(bucket: Bucket, objects: Sequence[Listed]) -> Deleted:
    """Delete objects, a thousand with one call; a call that fails as a whole is the last one."""
    done: list[Listed] = []
    failures: list[Failure] = []
    for start in range(0, len(objects), _AT_ONCE):
        part = objects[start : start + _AT_ONCE]
        try:
            refused = _refused(bucket, part)
        except (ClientError, BotoCoreError) as error:
            said = reason(error)
            failures += [Failure(listed.key, said) for listed in objects[start:]]
            break
        done += [listed for listed in part if listed.key not in refused]
        failures += [Failure(key, why) for key, why in refused.items()]
    return Deleted(tuple(done), tuple(failures))


def _refused(bucket: Bucket, objects: Sequence[Listed]) -> dict[str, str]:
    """Return why some of these were not deleted, by key."""
    answer = bucket.client.delete_objects(
        Bucket=bucket.name, Delete={"Objects": [{"Key": listed.key} for listed in objects], "Quiet": True}
    )
    return {error["Key"]: _why(error.get("Code", "")) for error in answer.get("Errors", [])}


def _why(code: str) -> str:
    if code == _FORBIDDEN:
        return "S3 does not permit it: a lock, a legal hold or a policy protects it, and is respected"
    return f"S3 refused it ({code})"
