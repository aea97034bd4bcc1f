"""Whether there is room for a dump on the disk here, and for the database on the server's."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from caretaker.archive.restoring.remarks import Remark
from caretaker.archive.restoring.target import Target
from caretaker.core.sizes import spoken_size

RESERVE = 1_000_000_000  # bytes of a disk that are left to others
_LOOPBACK = ("127.0.0.1", "::1")


def here_remarks(to_file: bool, dump_bytes: int, free: int | None, folder: Path) -> Iterator[Remark]:
    """Yield what is to be said where the dump gets no file; ``free`` is what the disk has, None if nobody knows."""
    if not to_file:
        yield Remark(
            "asks",
            f"{folder} has {spoken_size(free or 0)} free, too little for a dump of {spoken_size(dump_bytes)} and "
            f"{spoken_size(RESERVE)} for others: it goes through a pipe, by one session, which takes longer",
            "Or name a larger disk: TMPDIR=/large caretaker restore …",
        )


def there_remarks(database_bytes: int, target: Target, free: Callable[[Path], int]) -> Iterator[Remark]:
    """Yield what is to be said of the server's disk, which only a superuser on its own machine can know."""
    there = _free_there(target, free)
    if there is None:
        said = f"the database had {spoken_size(database_bytes)}; what the server has free is not known from here"
        yield Remark("note", said)
    elif there < database_bytes:
        yield Remark(
            "stops",
            f"the disk of the server has {spoken_size(there)} free, and the database had {spoken_size(database_bytes)}",
            "Make room, or restore to another server.",
        )


def _free_there(target: Target, free: Callable[[Path], int]) -> int | None:
    if target.data_directory and target.admin.parameters.get("hostaddr") in _LOOPBACK:
        with suppress(OSError):  # the port may lead elsewhere all the same, as a tunnel does
            return free(Path(target.data_directory))
    return None
