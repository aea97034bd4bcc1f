"""A drill: a backup is followed on its way back, level by level, as far as it can be, and never said to be further.

* What is found to be wrong with the backup ends it, and is what it found.
* What this place cannot do ends it too, and says nothing against the backup.
"""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from caretaker import __version__
from caretaker.archive.deadline import Deadline, OutOfTime
from caretaker.archive.identity import DUMP
from caretaker.archive.manifest import Manifest
from caretaker.archive.programs import ProgramsUnusable
from caretaker.archive.proof import Proof
from caretaker.archive.restoring.damage import Damaged
from caretaker.archive.restoring.running import programs_to_restore
from caretaker.archive.versions import NoProgramsForServer, Version, version_of_text
from functions.verify.bringing import Backup, Bringing
from functions.verify.course import Course
from functions.verify.explaining import PlaceFailed, Unexplained
from functions.verify.leftovers import workspace
from functions.verify.means import Means
from functions.verify.own_server import TO_DROP, own_database
from functions.verify.preparing import Ground, prepare
from functions.verify.presence import look_for_objects
from functions.verify.room import Way, way
from functions.verify.throwaway import ServerUnavailable, throwaway

SERVER = Version(18, 0)  # the one that is thrown away, for every archive


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill came to; ``replaced`` names what stood for what the server does not have."""

    proof: Proof
    replaced: tuple[str, ...]


def drill(manifest: Manifest, means: Means) -> Drilled:
    """Follow a backup as far as it goes; raise ``StorageFailed`` if the bucket could not be read."""
    course, began_at = Course(means.deadline.monotonic, manifest.totals.tables), means.clock()
    if means.own_server:
        means = replace(means, deadline=Deadline(means.deadline.at - TO_DROP, means.deadline.monotonic))
    try:
        _follow(manifest, course, means)
    except Damaged as damaged:
        course.note(damaged.code, str(damaged))
    except Unexplained as unexplained:
        course.note("restore-failed", str(unexplained))
    except OutOfTime as over:
        course.note("too-big-to-drill", str(over))
    except (ServerUnavailable, ProgramsUnusable, NoProgramsForServer, PlaceFailed) as unavailable:
        course.note("drill-unavailable", str(unavailable))
    proof = Proof(
        backup=manifest.id,
        began_at=began_at,
        finished_at=means.clock(),
        reached=course.steps[-1].level if course.steps else None,
        noted=tuple(course.noted),
        steps=tuple(course.steps),
        tables=course.tables,
        compared=course.compared,
        set_aside=course.set_aside,
        server_version=course.server_version,
        tool_version=__version__,
        on="target" if means.own_server else "throw-away",
        dump_sha256=course.dump_sha256,
    )
    return Drilled(proof, course.replaced)


def _follow(manifest: Manifest, course: Course, means: Means) -> None:
    with course.reaching("present", size=sum(one.bytes for one in manifest.objects)):
        look_for_objects(means.bucket, manifest)
    backup = _read(manifest, means)
    with workspace(means.folder, means.wait) as folder:
        chosen = _way(backup, means)
        # No server is made in vain, and the owner's is left alone until the backup is known to be whole.
        at_once = chosen.kind != "none" and not means.own_server
        with _meanwhile(_ground(backup, folder / "server", course, means), at_once) as ground:
            bringing = Bringing(backup, ground, course, means)
            if chosen.kind == "parallel":
                chosen = bringing.by_file(folder / "database.dump")
            if chosen.kind != "parallel":
                bringing.by_stream(chosen)


def _way(backup: Backup, means: Means) -> Way:
    if means.own_server:
        return Way("piped")  # nothing is kept here, and how fast that server is shows in the end
    left = means.deadline.left("it was being reckoned what it needs")
    return way(backup.dump.raw_bytes, means.free(), means.pace, left)


@contextmanager
def _meanwhile(ground: AbstractContextManager[Ground], at_once: bool) -> Iterator[Callable[[], Ground]]:
    """Give what returns a server to restore into, or raises why there is none; it ends with the block.

    With ``at_once`` it is made while the block goes on, else when it is asked for.
    """
    with ExitStack() as stack, ThreadPoolExecutor(1, "ground") as pool:
        yield pool.submit(stack.enter_context, ground).result if at_once else lambda: stack.enter_context(ground)


@contextmanager
def _ground(backup: Backup, folder: Path, course: Course, means: Means) -> Iterator[Ground]:
    """Give the server to restore into: the owner's, if there is one, else one in a folder."""
    if means.own_server:
        with own_database(
            means.own_server, backup.manifest, means, lambda left: course.note("drill-unavailable", left)
        ) as ground:
            yield ground
        return
    folder.mkdir(0o700)
    with throwaway(folder, backup.programs, means) as server:
        dumped, password = backup.manifest.server, secrets.token_urlsafe(24)
        version = str(backup.programs.version)
        yield Ground(version, backup.programs, lambda needs: prepare(server, dumped, needs, password))


def _read(manifest: Manifest, means: Means) -> Backup:
    dump = manifest.stored(DUMP)
    assert dump is not None, "no manifest is believed without one"
    try:
        client, server = version_of_text(manifest.client_version), version_of_text(manifest.server.version)
    except ValueError as wrong:
        raise Damaged("unreadable", f"the manifest cannot be believed: {wrong}") from None
    return Backup(manifest, dump, server, programs_to_restore(SERVER, client, means.programs))
