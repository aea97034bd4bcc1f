"""How an archive is read to its end and brought back: by a file, or as it comes from the bucket.

* Nothing is said to be restored that was not decoded to its end.
* What is wrong with the archive comes before whatever failed in the meantime: that may have come of it.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from caretaker.archive.manifest import Manifest, StoredObject
from caretaker.archive.programs import Programs
from caretaker.archive.restoring.comparing import Comparison, Saved
from caretaker.archive.versions import Version
from functions.verify.course import Course
from functions.verify.decoding import Beside, decode, fetch, read_beside
from functions.verify.equality import find_differences
from functions.verify.lines import ArchiveRows
from functions.verify.means import Means
from functions.verify.preparing import Ground
from functions.verify.restoring import Restored, restore
from functions.verify.room import Way

_SHOWN = 5  # differences that are noted by themselves


@dataclass(frozen=True, slots=True)
class Backup:
    """What is brought back, the version of the server that it is of, and the programs that can read it."""

    manifest: Manifest
    dump: StoredObject
    server: Version
    programs: Programs

    @property
    def raw_bytes(self) -> int:
        """The bytes of all objects, uncompressed."""
        return sum(one.raw_bytes for one in self.manifest.objects)


@dataclass(frozen=True, slots=True)
class Bringing:
    """Brings a backup back to a ground, which is asked for when it is needed; its course says how far that came."""

    backup: Backup
    ground: Callable[[], Ground]
    course: Course
    means: Means

    def by_file(self, file: Path) -> Way:
        """Fetch the archive into a file, and decode it while it is restored already.

        Returns the way that is left: without room for the file, none.
        """
        try:
            with self.course.reaching("checksums", size=self.backup.raw_bytes):
                beside = read_beside(self.backup.manifest, self.means)
                fetch(self.backup.manifest, self.backup.dump, self.means, file)
        except OSError as full:
            with suppress(OSError):
                file.unlink()
            return Way("none", f"there was no room for it in {file.parent.parent}: {full.strerror}")
        with self._decoding(file) as archive:
            self._bring_back(beside, archive, file)
        return Way("parallel")

    def by_stream(self, way: Way) -> None:
        """Decode the archive as it comes from the bucket; then, if that is the way, restore it as it comes again."""
        with self.course.reaching("checksums", "decoded", size=self.backup.raw_bytes):
            beside = read_beside(self.backup.manifest, self.means)
            archive = self._decoded(None)
        if way.kind == "none":
            self.course.note("too-big-to-drill", way.reason)
        else:
            self._bring_back(beside, lambda: archive, None)

    @contextmanager
    def _decoding(self, file: Path) -> Iterator[Callable[[], ArchiveRows]]:
        """Decode a file while the block goes on, giving what waits for it."""

        def decoding() -> ArchiveRows:
            with self.course.reaching("decoded", size=self.backup.raw_bytes):
                return self._decoded(file)

        with ThreadPoolExecutor(1, "decoding") as pool:
            decoded = pool.submit(decoding)
            try:
                yield decoded.result
            finally:
                decoded.result()

    def _decoded(self, file: Path | None) -> ArchiveRows:
        archive = decode(self.backup.manifest, self.backup.dump, self.backup.programs, self.means, file)
        self.course.dump_sha256 = self.backup.dump.raw_sha256
        return archive

    def _bring_back(self, beside: Beside, decoded: Callable[[], ArchiveRows], file: Path | None) -> None:
        ground, now, size = self.ground(), self.means.deadline.monotonic, self.backup.dump.raw_bytes
        began = now()
        restored = restore(ground, self.backup.manifest, beside, self.means, file)
        seconds, archive = now() - began, decoded()
        self.course.reach("restored", seconds, size)
        if file:
            file.unlink()  # what is no longer needed is not waited for at the end
        self.course.set_aside = tuple(one.what for one in restored.set_aside)
        self.course.replaced, self.course.server_version = restored.replaced, ground.version
        began = now()
        comparison = self._compared(restored, beside, archive)
        self.course.tables, self.course.compared = comparison.tables, comparison.equal
        for one in comparison.differences[:_SHOWN]:
            self.course.note("rows-differ" if one.kind == "rows" else "content-differs", one.message)
        if not comparison.differences:
            self.course.reach("equal", now() - began, size)
        self._note_what_is_missing(restored)

    def _compared(self, restored: Restored, beside: Beside, archive: ArchiveRows) -> Comparison:
        return find_differences(
            restored.connection,
            Saved(beside.contents, self.backup.manifest.totals.fingerprint, self.backup.server),
            archive,
            restored.tables_aside(beside.contents, archive),
            lambda: self.means.deadline.left("tables were being compared"),
        )

    def _note_what_is_missing(self, restored: Restored) -> None:
        aside = restored.set_aside
        missing = [one.what for one in aside if one.tables or any(item.kind == "EXTENSION" for item in one.items)]
        if missing:
            said = f"{self.course.compared} of {self.course.tables} tables compared; {', '.join(missing)} missing"
            self.course.note("missing-extension", said)
