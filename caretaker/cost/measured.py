"""What one run of each function used on the local AWS, as ``python -m bench.cost`` has recorded it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

DRILL = "drill"  # verify's other kind of run, started by each new backup
_FILE = Path(__file__).with_name("measured.json")


@dataclass(frozen=True, slots=True)
class Use:
    """What one run used.

    ``seconds`` are those of the measuring machine, with nothing to wait for. ``reads`` and ``writes`` are DynamoDB's
    units; ``puts`` (lists included) and ``gets`` calls of S3; ``decrypted`` parameters. ``kept`` are the bytes that the
    run left in the table for 35 days, ``logged`` those that it printed, ``stored`` those that it left in the bucket.
    """

    seconds: float
    reads: float
    writes: float
    puts: float
    gets: float
    decrypted: float
    kept: float
    logged: float
    stored: float

    def scaled(self, larger: "Use", share: float) -> "Use":
        """Return what lies between two runs, or beyond: 0 is this one, 1 the larger. Nothing gets less with size."""
        mine, others = asdict(self), asdict(larger)
        return Use(**{name: max(0.0, mine[name] + max(0.0, others[name] - mine[name]) * share) for name in mine})


@dataclass(frozen=True, slots=True)
class Sample:
    """A run with so many targets, or with so many bytes of a database."""

    of: float
    use: Use


@dataclass(frozen=True, slots=True)
class Measured:
    """The samples of each function, the smaller first, and the day they were taken."""

    date: str
    samples: Mapping[str, Sequence[Sample]]

    def use(self, function: str, of: float) -> Use | None:
        """Return what a run of this size uses, None of a function that was not measured."""
        samples = self.samples.get(function)
        if not samples:
            return None
        small, large = samples[0], samples[-1]
        share = (of - small.of) / (large.of - small.of) if large.of > small.of else 0.0
        return small.use.scaled(large.use, share)


def load_measured() -> Measured:
    """Return what was recorded."""
    read = json.loads(_FILE.read_text("utf-8"))
    samples = {name: [Sample(one["of"], Use(**one["use"])) for one in many] for name, many in read["samples"].items()}
    return Measured(read["date"], samples)


def record(measured: Measured) -> None:
    """Write down what was measured."""
    samples = {name: [asdict(one) for one in many] for name, many in measured.samples.items()}
    _FILE.write_text(json.dumps({"date": measured.date, "samples": samples}, indent=1) + "\n", "utf-8")
