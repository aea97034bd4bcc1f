"""A database of a drill's own, on a server that its owner keeps for drills.

* No other database of that server may be touched, and nothing at all where a drill may not be held.
* The database must be gone at the end; one that a killed drill has left is dropped by the next.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import psycopg2

from caretaker.archive.identity import BackupId
from caretaker.archive.manifest import Manifest
from caretaker.archive.restoring import reaching
from caretaker.archive.restoring.databases import create, drop, said
from caretaker.archive.restoring.running import programs_to_restore
from caretaker.archive.restoring.target import Target, look
from caretaker.archive.sessions import begin, quoted, rows
from caretaker.archive.versions import version_of_text
from caretaker.core.secrets import SecretUnavailable
from functions.verify.fitness import objections
from functions.verify.means import Means, OwnServer
from functions.verify.preparing import Ground, prepare_own
from functions.verify.throwaway import ServerUnavailable

TO_DROP = 60.0  # seconds of a drill's time that are kept for taking its database away

_PATIENCE = 15.0  # seconds to connect
_OWNED = "select datname from pg_database where datdba = (select oid from pg_roles where rolname = current_user)"


@contextmanager
def own_database(
    server: OwnServer, manifest: Manifest, means: Means, complain: Callable[[str], None]
) -> Iterator[Ground]:
    """Give an empty database of our own on a server; drop it at the end, or ``complain`` of what is left there.

    Raises ``ServerUnavailable``, ``ProgramsUnusable`` and ``NoProgramsForServer``.
    """
    target = _found(server, database_of(manifest.id, means.bucket.name))
    with _told(target):
        if wrong := objections(target, manifest):
            raise ServerUnavailable(f"no drill on the server for drills: {'; '.join(wrong)}")
        _drop_leftovers(target, means.bucket.name, server.is_under_way)
    programs = programs_to_restore(target.version, version_of_text(manifest.client_version), means.programs)
    try:
        with _told(target):
            difference = create(target, manifest)
        yield Ground(str(target.version), programs, lambda needs: prepare_own(target, difference, needs))
    finally:
        try:
            drop(target)
        except psycopg2.Error as error:
            why = said(target.admin, error)
            complain(
                f"the database {target.database} could not be dropped, and may be left on {target.admin.peer}: {why}. "
                f"The next drill drops it; or DROP DATABASE {quoted(target.database)};"
            )


def database_of(backup: BackupId, bucket: str) -> str:
    """Return the name of a drill's database: ids of backups in two buckets may be the same, and their drills meet."""
    return f"caretaker_drill_{backup.text.lower().replace('-', '_')}_{_digest(bucket)}"


def _backup_of(database: str, digest: str) -> str:
    """Return the id of the backup that a drill's database is for; empty for any other, also one of another bucket."""
    found = re.fullmatch(rf"caretaker_drill_(\d{{8}})t(\d{{6}})z_([a-z]+)_([0-9a-f]{{4}})_{digest}", database)
    return f"{found[1]}T{found[2]}Z-{found[3]}-{found[4]}" if found else ""


def _digest(bucket: str) -> str:
    return hashlib.sha256(bucket.encode()).hexdigest()[:8]


def _found(server: OwnServer, database: str) -> Target:
    try:
        url = server.url()
        # By the database that the address names, as a role may be let into no other.
        named = reaching.named_database(url) or reaching.MAINTENANCE[0]
        admin = reaching.reach(url, server.ca, named, {}).admin
    except SecretUnavailable as unavailable:
        raise ServerUnavailable(f"the address of the server for drills is not known: {unavailable}") from None
    except reaching.PasswordMissing:
        raise ServerUnavailable("the server for drills wants a password: write it in the secret's address") from None
    except reaching.Unreachable as unreachable:
        raise ServerUnavailable(f"the server for drills: {unreachable}") from None
    try:
        return look(reaching.Reached(admin, database, exists=False))
    except psycopg2.Error as error:
        raise ServerUnavailable(f"{admin.peer} could not be looked at: {said(admin, error)}") from None


@contextmanager
def _told(target: Target) -> Iterator[None]:
    try:
        yield
    except psycopg2.Error as error:
        wrong = f"no database could be made for the drill on {target.admin.peer}: {said(target.admin, error)}"
        raise ServerUnavailable(wrong) from None


def _drop_leftovers(target: Target, bucket: str, is_under_way: Callable[[str], bool]) -> None:
    """Drop what earlier drills have left, whose function was killed, or lost its connection."""
    with closing(begin(target.admin, _PATIENCE)) as session:
        names = [str(name) for (name,) in rows(session, _OWNED)]
    for name in names:
        backup = _backup_of(name, _digest(bucket))
        if name == target.database or (backup and not is_under_way(backup)):
            drop(replace(target, database=name))
