"""The channels as notify sees them, and runs that give it something to tell."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from caretaker.core.config import AlertsConfig, Channel
from caretaker.core.incidents.decide import decide
from caretaker.core.incidents.decision import Decision
from caretaker.core.incidents.policy import Confirm, Policy
from caretaker.core.incidents.state import State
from caretaker.core.results import Finding, Result, Severity, judge
from caretaker.core.secrets import Redactor
from caretaker.core.store import states
from caretaker.core.store.changes import Run, commit
from caretaker.core.store.table import OUTBOX, Table
from functions.notify import delivery, outbox
from functions.notify.channels.outcome import Outcome, Sent
from functions.notify.message import Message, late_note
from functions.notify.planning import Planner
from functions.notify.posting import Post
from functions.notify.reminders import remind_of_open_incidents
from functions.notify.rounds import Time, deliver_all
from functions.notify.sending import Sender
from tests.faults import Killed

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
POLICY = Policy(Confirm(1, 1), Confirm(2, 3), recover=1)
CONFIG = AlertsConfig(
    environment="test",
    channels=(Channel("alerts", "slack", "https://example.com/a"), Channel("email", "sns", "AlertTopic")),
    routes={Severity.CRITICAL: ("alerts", "email"), Severity.MEDIUM: ("alerts",), Severity.LOW: ()},
    fallback="watchdog",
)


@dataclass
class World:
    """The channels, what they were sent, how they answer, and a clock that only waiting moves."""

    now: datetime = AT
    sent: list[tuple[str, str, bool]] = field(default_factory=list)
    answers: dict[str, list[Outcome]] = field(default_factory=dict)
    kill_send: tuple[int, bool] | None = None
    sends: int = 0
    notes: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def send(self, channel: Channel, message: Message) -> Outcome:
        with self.lock:
            position, self.sends = self.sends, self.sends + 1
            if self.kill_send == (position, False):
                raise Killed
            answers = self.answers.get(channel.name)
            outcome = (answers.pop(0) if len(answers) > 1 else answers[0]) if answers else Sent()
            if isinstance(outcome, Sent):
                self.notes.append(late_note(message))
                for member in message.members:
                    self.sent.append((channel.name, f"{member.event} {member.name}", message.late))
            if self.kill_send == (position, True):
                raise Killed
            return outcome

    def tools(self, table: Table) -> tuple[Planner, Sender]:
        post = Post(CONFIG, {"slack": self.send, "sns": self.send}, lambda channel, _: (channel, Redactor()))
        return Planner(table, CONFIG, self.clock), Sender(table, CONFIG.fallback, post, self.clock)

    def again(self) -> "World":
        """Return a world that is now as this one, and goes its own way from here on."""
        answers = {channel: list(outcomes) for channel, outcomes in self.answers.items()}
        return replace(self, sent=list(self.sent), answers=answers, notes=list(self.notes), lock=Lock())

    def clock(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def notify(self, table: Table, groups: Iterable[str] | None = None, seconds: float = 60.0) -> None:
        """Do what the function does with new groups, or with a sweep, in so many seconds."""
        planner, sender = self.tools(table)
        keys = [] if groups is not None else delivery.due(table, self.now)
        wanted = outbox.due_groups(table, self.now) if groups is None else groups
        new = [key for group in wanted for key in planner.plan(group)]
        ends = self.now + timedelta(seconds=seconds)
        time = Time(self.clock, lambda: self.left(ends), self.wait)
        deliver_all(table, sender, [*keys, *new], time)

    def remind(self, table: Table) -> int:
        """Do what a sweep does about incidents that stay open."""
        count = remind_of_open_incidents(table, CONFIG, self.now, self.clock, lambda _: None)
        self.notify(table)
        return count

    def left(self, ends: datetime) -> float:
        return (ends - self.now).total_seconds()

    def sweep_until_quiet(self, table: Table, rounds: int = 8) -> None:
        for _ in range(rounds):
            self.now += timedelta(minutes=5)
            self.notify(table)

    def said(self, channel: str) -> list[str]:
        return [what for name, what, _ in self.sent if name == channel]


def run(table: Table, world: World, minutes: int, *results: tuple[str, bool]) -> list[str]:
    """Write what a run of uptime found; return the groups that it made."""
    at = AT + timedelta(minutes=minutes)
    world.now = max(world.now, at)
    finding = Finding("connection-refused", Severity.CRITICAL, "refused", "start it", "refused", "a connection")
    seen: dict[str, Result] = {}
    for name, good in results:
        seen[f"uptime/{name}"] = judge(f"uptime/{name}", [] if good else [finding], observed_at=at, healthy="fine")
    known = states.load(table, "uptime").states

    def decided(state: State) -> Decision:
        return decide(state, seen[state.check], POLICY)

    before = {item["sk"]["S"] for item in table.query(OUTBOX)}
    made = Run("test", "uptime", at, world.clock, lambda _: None)
    commit(table, made, [decided(known.get(check, State(check))) for check in seen], decided)
    return sorted({item["sk"]["S"].rpartition("#")[0] for item in table.query(OUTBOX) if item["sk"]["S"] not in before})
