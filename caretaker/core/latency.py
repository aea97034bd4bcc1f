"""Latencies counted in buckets, so that days add up and percentiles are known to a few percent."""

import math
from dataclasses import dataclass, field

_PER_DECADE = 20  # buckets: each is 12 % wider than the one before
_LAST = 5 * _PER_DECADE  # 100 s


def _bucket(milliseconds: float) -> int:
    return min(_LAST, max(0, math.ceil(math.log10(max(1.0, milliseconds)) * _PER_DECADE)))


def bound(bucket: int) -> float:
    """Return the upper bound of a bucket in milliseconds."""
    return float(10 ** (bucket / _PER_DECADE))


@dataclass(slots=True)
class Latency:
    """How many looks took how long: counts by the number of the bucket."""

    counts: dict[int, int] = field(default_factory=dict)

    def count(self, milliseconds: float) -> None:
        """Count one look."""
        bucket = _bucket(milliseconds)
        self.counts[bucket] = self.counts.get(bucket, 0) + 1

    def add(self, other: "Latency") -> None:
        """Add the looks of another span of time."""
        for bucket, count in other.counts.items():
            self.counts[bucket] = self.counts.get(bucket, 0) + count

    def percentile(self, share: float) -> float | None:
        """Return the milliseconds that this share of looks did not exceed, None if there were none."""
        total = sum(self.counts.values())
        seen = 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= share * total:
                return bound(bucket)
        return None

    def to_json(self) -> list[int]:
        """Return the counts as pairs in a row: bucket, count, bucket, count, …"""
        return [number for pair in sorted(self.counts.items()) for number in pair]

    @classmethod
    def from_json(cls, stored: list[int]) -> "Latency":
        """Return the counts that ``to_json`` wrote."""
        return cls(dict(zip(stored[::2], stored[1::2], strict=True)))
