"""Whether a look took too long."""

from collections.abc import Iterator

from caretaker.core.results import Finding
from caretaker.core.targets.base import Level


def slow(levels: tuple[Level, ...], seconds: float) -> Iterator[Finding]:
    """Yield the worst level that a look of so many seconds has broken, if it has."""
    broken = [level for level in levels if seconds > level.over]
    if not broken:
        return
    worst = max(broken, key=lambda level: (level.severity.rank, level.over))
    yield Finding(
        "slow",
        worst.severity,
        f"took {seconds:.2f} s, limit {worst.over:g} s",
        "See what the application waits for: its database, another service, or the load of its machine.",
        measured=f"{seconds:.2f} s",
        limit=f"{worst.over:g} s",
    )
