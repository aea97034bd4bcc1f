"""Whether a restore fits: reckoned before it begins, since a full disk, or the end of the time, would prove nothing."""

from dataclasses import dataclass
from typing import Literal

from caretaker.core.durations import spoken
from caretaker.core.sizes import spoken_size

# Measured: the archive as a file, the restored database with its indexes, and the log of building them.
_PARALLEL, _PIPED, _RESERVE = 2.7, 1.7, 1_000_000_000
_CAUTION = 1.2  # what a restore may take longer than the last one


@dataclass(frozen=True, slots=True)
class Way:
    """How an archive is restored; where it is not, ``reason`` says why, in words."""

    kind: Literal["parallel", "piped", "none"]
    reason: str = ""


def way(raw_bytes: int, free: int, pace: float | None, seconds: float) -> Way:
    """Return how an archive of so many bytes can be restored, with so many bytes free and so many seconds left.

    ``pace`` is in bytes per second, None if it is not known.
    """
    if pace and (needed := raw_bytes / pace * _CAUTION) > seconds:
        took = f"restoring {spoken_size(raw_bytes)} takes about {spoken(int(needed))}"
        return Way("none", f"{took}, and {spoken(int(seconds))} are left")
    if raw_bytes * _PARALLEL + _RESERVE <= free:
        return Way("parallel")
    if raw_bytes * _PIPED + _RESERVE <= free:
        return Way("piped")
    wanted = spoken_size(int(raw_bytes * _PIPED + _RESERVE))
    return Way("none", f"restoring it needs {wanted} of disk, and {spoken_size(free)} are free")
