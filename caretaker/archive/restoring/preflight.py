"""Whether a restore can succeed, found out before anything is changed; all that is in the way is named at once."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from caretaker.archive.deadline import Deadline
from caretaker.archive.entries import Entry
from caretaker.archive.identity import DUMP
from caretaker.archive.manifest import Manifest, StoredObject
from caretaker.archive.objects import Bucket
from caretaker.archive.programs import Programs
from caretaker.archive.restoring.chosen_items import chosen_items
from caretaker.archive.restoring.damage import Damaged
from caretaker.archive.restoring.fitness import (
    extension_remarks,
    locale_remarks,
    public_remarks,
    role_remarks,
    version_remarks,
)
from caretaker.archive.restoring.named_roles import owners_in_public, roles_of
from caretaker.archive.restoring.plan import Plan, Way
from caretaker.archive.restoring.publications import publications_of_all
from caretaker.archive.restoring.remarks import Remark
from caretaker.archive.restoring.room import RESERVE, here_remarks, there_remarks
from caretaker.archive.restoring.running import NotRead, PgRestore, programs_to_restore
from caretaker.archive.restoring.stream import proven_bytes, raw_bytes
from caretaker.archive.restoring.target import Target
from caretaker.archive.sessions import quoted
from caretaker.archive.versions import Version

JOBS = 4  # sessions that restore a new database


@dataclass(frozen=True, slots=True)
class Wish:
    """How people want it. ``jobs`` is None for whatever is best."""

    into_non_empty: bool = False
    keep_owner: bool = False
    jobs: int | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """What a restore works with: ``programs`` and ``room`` are folders, the latter for the dump on its way.

    ``free`` gives the bytes that are free on the disk of a folder, and raises ``OSError``.
    """

    bucket: Bucket
    programs: Path
    room: Path
    free: Callable[[Path], int]
    deadline: Deadline


def preflight(entry: Entry, target: Target, wish: Wish, means: Means) -> Plan:
    """Return how a backup is restored, and what is to be said before.

    Raises ``Damaged``, ``StorageFailed``, ``ProgramsUnusable`` and ``NoProgramsForServer``.
    """
    manifest, stored = entry.manifest, dump_of(entry.manifest)
    programs = programs_to_restore(target.version, version_of(manifest.client_version), means.programs)
    reader = PgRestore(programs, lambda: dump_bytes(entry, means.bucket), means.deadline, target.admin.redactor)
    try:
        everything = reader.items()
        refused = () if target.is_superuser else publications_of_all(reader, everything)
        selection, set_aside = chosen_items(everything, target, refused)
        roles = roles_of(reader, selection.items, keep_owner=wish.keep_owner)
    except NotRead as failure:
        raise Damaged("unreadable", f"{stored.name} cannot be read: {failure}") from None
    anew, room = bool(target.unfinished), _free(means)
    of_public = owners_in_public(selection.items) & roles.owners
    way = _way(target, programs, wish, anew, room is None or room >= stored.raw_bytes + RESERVE)
    remarks = (
        *_state(target, wish),
        *_rights(target, anew),
        *version_remarks(manifest, target),
        *extension_remarks(manifest, target),
        *role_remarks(roles, target),
        *(_of_a_new_database(manifest, of_public, target) if anew or not target.exists else ()),
        *here_remarks(way.to_file, stored.raw_bytes, room, means.room),
        *there_remarks(manifest.server.database_bytes, target, means.free),
        *_transaction(target, way, anew),
        *set_aside,
    )
    return Plan(entry, target, programs, selection, way, anew, wish.keep_owner, remarks)


def dump_of(manifest: Manifest) -> StoredObject:
    """Return what a manifest says of the dump; no manifest is believed without it."""
    stored = manifest.stored(DUMP)
    assert stored is not None
    return stored


def dump_bytes(entry: Entry, bucket: Bucket) -> Iterator[bytes]:
    """Yield the uncompressed dump, hashed as such unless the drill has found what is said of it right."""
    dump, proof = dump_of(entry.manifest), entry.proof
    read = proven_bytes if proof and proof.is_good and proof.dump_sha256 == dump.raw_sha256 else raw_bytes
    return read(bucket, entry.manifest.id, dump)


def version_of(text: str) -> Version:
    """Return the version that a manifest names: 16.14, or 19beta1."""
    major, _, minor = text.partition(".")
    digits = "".join(sign for sign in major if sign.isdecimal()) or "0"
    return Version(int(digits), int(minor) if minor.isdecimal() else 0)


def _way(target: Target, programs: Programs, wish: Wish, anew: bool, has_room: bool) -> Way:
    # Programs of 17 and later set what no server before knows: an error of each session, which ends a transaction, and
    # which several sessions would say into each other's words.
    complains = programs.version.major >= 17 > target.version.major
    one = not has_room or complains
    if target.exists and not anew:
        jobs = 1 if one else wish.jobs or 1
        return Way(has_room, jobs, jobs == 1 and not complains)
    return Way(has_room, 1 if one else wish.jobs or JOBS, False)


def _state(target: Target, wish: Wish) -> Iterator[Remark]:
    content = ", ".join(target.content)
    if target.is_standby:
        yield Remark("stops", f"{target.admin.peer} is a standby, which cannot be written to", "Name the primary.")
    if target.unfinished and target.sessions:
        yield Remark(
            "stops",
            f"a restore of {target.unfinished} into {target.database} has not finished, and {target.sessions} sessions "
            "are at work in it",
            "Wait for it, or end them; then restore again.",
        )
    elif target.unfinished:
        yield Remark(
            "asks",
            f"{target.database} holds what an unfinished restore of {target.unfinished} has left: it is dropped first",
        )
    elif target.content and not wish.into_non_empty:
        yield Remark(
            "stops",
            f"the database {target.database} is not empty: it holds {content}",
            "Name a database that does not exist, or none; or add to this one with --into-non-empty.",
        )
    elif target.content:
        yield Remark("asks", f"it is restored into {target.database} beside what is in it: {content}")


def _rights(target: Target, anew: bool) -> Iterator[Remark]:
    if target.may_create:
        return
    role, database = quoted(target.admin.user), quoted(target.database)
    if target.exists and not anew:
        yield Remark(
            "stops",
            f"{target.admin.user} may not create schemas in {target.database}, or objects in its schema public",
            f"As its owner: GRANT CREATE ON DATABASE {database} TO {role}; GRANT CREATE ON SCHEMA public TO {role};",
        )
    else:
        yield Remark(
            "stops",
            f"{target.admin.user} may not create the database {target.database}",
            f"As a superuser: ALTER ROLE {role} CREATEDB; or name a database that is there, and empty.",
        )


def _of_a_new_database(manifest: Manifest, of_public: Collection[str], target: Target) -> Iterator[Remark]:
    yield from locale_remarks(manifest, target)
    yield from public_remarks(of_public, target)


def _transaction(target: Target, way: Way, anew: bool) -> Iterator[Remark]:
    if target.exists and not anew and not way.in_transaction:
        yield Remark("asks", f"it is not done in one transaction: if it fails, a part stays in {target.database}")


def _free(means: Means) -> int | None:
    """Return the bytes that are free here, None if that is not to be known."""
    try:
        return means.free(means.room)
    except OSError:
        return None
