"""A restore as it is planned: what is brought back, where to, in which way, and what speaks against it."""

from dataclasses import dataclass, replace

from caretaker.archive.entries import Entry
from caretaker.archive.programs import Programs
from caretaker.archive.restoring.filtering import Selection
from caretaker.archive.restoring.remarks import Remark
from caretaker.archive.restoring.target import Target


@dataclass(frozen=True, slots=True)
class Way:
    """How the bytes get there: over a file or, without room for one, through a pipe; and by how many sessions.

    ``in_transaction`` leaves a database that was there before as it was, if anything fails.
    """

    to_file: bool
    jobs: int
    in_transaction: bool

    def __str__(self) -> str:
        if self.in_transaction:
            return "in one transaction, by one session: if it fails, nothing of it is left"
        sessions = "one session" if self.jobs == 1 else f"{self.jobs} sessions at once"
        return f"by {sessions}, {'from a file' if self.to_file else 'through a pipe, without a file'}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to be done, once people have agreed to the ``remarks`` that ask.

    ``anew`` drops the database first, which an unfinished restore has left.
    """

    entry: Entry
    target: Target
    programs: Programs
    selection: Selection
    way: Way
    anew: bool
    keep_owner: bool
    remarks: tuple[Remark, ...]

    @property
    def creates(self) -> bool:
        """Whether the database is made, and may be taken away again."""
        return self.anew or not self.target.exists

    @property
    def may_begin(self) -> bool:
        """Whether nothing stops it."""
        return all(remark.weight != "stops" for remark in self.remarks)

    @property
    def asks(self) -> bool:
        """Whether people have to agree first."""
        return any(remark.weight == "asks" for remark in self.remarks)

    @property
    def tables(self) -> int:
        """How many tables have rows to restore."""
        return sum(item.kind == "TABLE DATA" for item in self.selection.items)

    @property
    def options(self) -> tuple[str, ...]:
        """What pg_restore is told beside what it is to restore, and where."""
        owner = () if self.keep_owner else ("--no-owner", "--no-privileges")
        transaction = ("--single-transaction",) if self.way.in_transaction else ()
        return ("--no-tablespaces", *owner, *transaction)

    def also(self, *remarks: Remark) -> "Plan":
        """Return the plan with more to say."""
        return replace(self, remarks=(*remarks, *self.remarks))
