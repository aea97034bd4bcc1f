"""Running pg_restore: on a file, or on bytes that come from elsewhere; nothing but what is given gets to it."""

import signal
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from caretaker.archive.deadline import Deadline
from caretaker.archive.process import Process, running
from caretaker.archive.programs import LAYER, Programs, programs_for
from caretaker.archive.restoring.complaints import Complaint, Complaints
from caretaker.archive.restoring.listing import Item, items, use_list
from caretaker.archive.restoring.temporary import prefix
from caretaker.archive.versions import Version
from caretaker.core.secrets import Redactor

Archive = Path | Callable[[], Iterator[bytes]]
"""An archive as it is uncompressed: a file, or what begins to yield its bytes, each time anew."""

Section = Literal["pre-data", "data", "post-data"]

_READ, _RESTORED = "the archive was being read", "the database was being restored"  # what went on at the deadline


class NotRead(Exception):
    """pg_restore cannot read an archive; the message holds its own words."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is restored, and how: the items (None for all), the sections (empty for all), and further options.

    ``jobs`` is the number of sessions; only a file can be restored by more than one.
    """

    items: Sequence[Item] | None = None
    sections: Sequence[Section] = ()
    jobs: int = 1
    options: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How pg_restore ended: its code (-9 if signal 9 ended it), the first errors, and the number of all of them.

    ``said`` is what it was at last. ``counted`` is the number of errors that it says to have ignored.
    """

    code: int
    errors: tuple[Complaint, ...]
    count: int
    counted: int
    said: str

    @property
    def is_clean(self) -> bool:
        """Whether it ended well and complained of nothing."""
        return self.code == 0 and self.count == 0

    @property
    def is_explicable(self) -> bool:
        """Whether each of its errors is known, and it got to its end in spite of them."""
        return self.code in (0, 1) and self.count == self.counted == len(self.errors)

    @property
    def is_through(self) -> bool:
        """Whether it got to its end, maybe in spite of errors.

        It says that it has ignored errors only at its end; of several sessions it counts some twice and others not.
        """
        return self.code == 0 or (self.code == 1 and self.counted > 0)

    def without(self, items: Collection[int]) -> "Outcome":
        """Return how it ended but for the errors that are about these items; each of its errors must be known."""
        errors = tuple(error for error in self.errors if error.item not in items)
        return Outcome(self.code if errors else 0, errors, len(errors), len(errors), self.said)

    def then(self, later: "Outcome") -> "Outcome":
        """Return how both ended, one after the other; not through if one of them was not."""
        errors, code = (*self.errors, *later.errors), later.code or self.code
        counted = self.counted + later.counted if self.is_through and later.is_through else 0
        return Outcome(code, errors, self.count + later.count, counted, later.said)

    @property
    def words(self) -> str:
        """How it ended, in words."""
        how = f"was ended by {signal.Signals(-self.code).name}" if self.code < 0 else f"ended with {self.code}"
        errors = " | ".join(error.message for error in self.errors[:3])
        more = f" and {self.count - 3} more errors" if self.count > 3 else ""
        return f"pg_restore {how}: {errors or self.said or 'it said nothing'}{more}"


@dataclass(frozen=True, slots=True)
class PgRestore:
    """pg_restore with the archive that it reads, the time that it has, and who hears what it is doing."""

    programs: Programs
    archive: Archive
    deadline: Deadline
    redactor: Redactor
    progress: Callable[[str], None] = field(default=lambda _doing: None)

    def items(self) -> tuple[Item, ...]:
        """Return what the archive holds; raise ``NotRead``, ``OutOfTime``, and what its bytes raise."""
        complaints = Complaints(self.redactor)
        with self._running(["--list", "--verbose"], {}, complaints) as program:
            text = b"".join(program.chunks(self.deadline, _READ))
            _judge(program.exit_code(self.deadline), complaints)
        return items(text.decode("utf-8", "replace").splitlines())

    def sql(self, *options: str, chosen: Sequence[Item] | None = None) -> Iterator[bytes]:
        """Yield the archive, or a part of it, as SQL; raise ``NotRead``, ``OutOfTime``, and what its bytes raise.

        ``chosen`` are the items of that part, None for all.
        """
        complaints = Complaints(self.redactor)
        with (
            _listed(chosen) as listed,
            self._running(["--verbose", "--file=-", *options, *listed], {}, complaints) as program,
        ):
            yield from program.chunks(self.deadline, _READ)
            _judge(program.exit_code(self.deadline), complaints)

    def restore(self, connection: Mapping[str, str], database: str, order: Order) -> Outcome:
        """Restore into a database that is there, and return how that went.

        ``connection`` is the environment that leads to it. Raises ``OutOfTime``, and what the archive's bytes raise.
        """
        complaints = Complaints(self.redactor)
        with _listed(order.items) as chosen:
            options = [f"--dbname={_escaped(database)}", "--verbose", "--no-password", *order.options, *chosen]
            options += [f"--section={section}" for section in order.sections]
            options += [f"--jobs={order.jobs}"] if order.jobs > 1 else []
            with self._running(options, connection, complaints) as program:
                for _ in program.chunks(self.deadline, _RESTORED):
                    pass
                code = program.exit_code(self.deadline)
        return Outcome(code, tuple(complaints.kept), complaints.count, complaints.ignored, complaints.doing)

    @contextmanager
    def _running(
        self, options: Sequence[str], connection: Mapping[str, str], complaints: Complaints
    ) -> Iterator[Process]:
        def hear(line: str) -> None:
            complaints.hear(line)
            self.progress(complaints.doing)

        command: list[str | Path] = [self.programs.path("pg_restore"), *options]
        environment = self.programs.environment(connection)
        if isinstance(self.archive, Path):
            with running([*command, self.archive], environment, hear) as program:
                yield program
        else:
            with running(command, environment, hear, self.archive()) as program:
                yield program


def programs_to_restore(target: Version, dumped_with: Version, folder: Path = LAYER) -> Programs:
    """Return the programs that are right for a target's server and can read what that pg_dump has written.

    Raises ``ProgramsUnusable``, ``NoProgramsForServer``.
    """
    return programs_for(max(target, Version(dumped_with.major, 0)), folder)


def _judge(code: int, complaints: Complaints) -> None:
    outcome = Outcome(code, tuple(complaints.kept), complaints.count, complaints.ignored, complaints.doing)
    if not outcome.is_clean:
        raise NotRead(outcome.words)


@contextmanager
def _listed(chosen: Sequence[Item] | None) -> Iterator[list[str]]:
    with (
        nullcontext()
        if chosen is None
        else NamedTemporaryFile("w", encoding="utf-8", prefix=prefix(), suffix=".list") as file
    ):
        if file is None:
            yield []
        else:
            file.write(use_list(chosen or ()))
            file.flush()
            yield [f"--use-list={file.name}"]


def _escaped(database: str) -> str:
    """Return a name as --dbname takes it: one with an equals sign, or like an address, would be parameters."""
    quoted = database.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{quoted}'"
