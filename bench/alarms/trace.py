"""What goes wrong, and when: made from a seed, so that everybody can have the same bad weeks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

START = datetime(2027, 1, 4, tzinfo=UTC)
INTERVAL = timedelta(minutes=5)
KINDS = ("reset", "stall", "half", "error")  # RST, silence, half an answer, HTTP 500
RECHECK_SPAN = timedelta(seconds=20)


@dataclass(frozen=True)
class Fault:
    """Something wrong from one time to another; ``kind`` says how it shows."""

    begin: datetime
    end: datetime
    kind: str

    @property
    def length(self) -> timedelta:
        return self.end - self.begin

    def covers(self, at: datetime) -> bool:
        return self.begin <= at < self.end


@dataclass
class Trace:
    """The faults of a time: of each target, of the checker's own network, of Slack, of AWS."""

    end: datetime
    targets: dict[str, list[Fault]] = field(default_factory=dict)
    network: list[Fault] = field(default_factory=list)
    receiver: list[Fault] = field(default_factory=list)
    kills: dict[datetime, tuple[str, int, bool]] = field(default_factory=dict)
    late: dict[datetime, float] = field(default_factory=dict)
    twice: set[datetime] = field(default_factory=set)

    @property
    def runs(self) -> list[datetime]:
        return [START + number * INTERVAL for number in range(int((self.end - START) / INTERVAL))]

    def kind(self, target: str, at: datetime) -> str:
        """Return how a look at a target fails at a time, empty if it does not."""
        if any(fault.covers(at) for fault in self.network):
            return "stall"
        return next((fault.kind for fault in self.targets.get(target, ()) if fault.covers(at)), "")


def make(seed: int, days: float, targets: int) -> Trace:
    """Return a trace of so many days; each target has blips, outages, slow hours and a time of flapping."""
    random = Random(seed)
    trace = Trace(START + timedelta(days=days))
    span = days * 86_400
    for number in range(targets):
        faults = [
            *_some(random, span, 6 * days, 1, 19),  # blips that a re-check sees through
            *_some(random, span, 2 * days, 20, 600),  # short outages that a run may or may not meet
            *_some(random, span, max(1.0, 0.5 * days), 660, 4 * 3600),  # outages that must not be missed
            *_some(random, span, 0.2 * days, 1800, 4 * 3600, kinds=("slow",)),
        ]
        if number % 4 == 3:
            faults += _flapping(random, span)
        trace.targets[f"t{number}"] = sorted(faults, key=lambda fault: fault.begin)
    trace.network = _some(random, span, 0.5 * days, 60, 2400, kinds=("stall",))
    trace.receiver = _some(random, span, 0.5 * days, 300, 2400, kinds=("error",))
    for at in trace.runs:
        if random.random() < 0.02:
            action = random.choice(("kill", "throttle"))
            trace.kills[at] = (action, random.randrange(14), random.random() < 0.5)
        if random.random() < 0.03:
            trace.twice.add(at)
        if random.random() < 0.02:
            trace.late[at] = random.uniform(10, 200)
    return trace


def _some(
    random: Random, span: float, mean: float, shortest: float, longest: float, kinds: tuple[str, ...] = KINDS
) -> list[Fault]:
    count = int(mean) + (random.random() < mean % 1)
    found = []
    for _ in range(count):
        begin = START + timedelta(seconds=random.uniform(0, span))
        length = timedelta(seconds=random.uniform(shortest, longest))
        found.append(Fault(begin, begin + length, random.choice(kinds)))
    return found


def _flapping(random: Random, span: float) -> list[Fault]:
    """Return two hours and a half in which every other run or so meets an outage of three minutes."""
    first = int(random.uniform(0, max(1.0, span - 9000)) // 300)
    return [
        Fault(at - timedelta(seconds=30), at + timedelta(seconds=150), "reset")
        for number in range(first, first + 30)
        if random.random() < 0.5 and (at := START + number * INTERVAL)
    ]
