"""What a message says, whatever the channel: pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from caretaker.core.durations import spoken
from caretaker.core.incidents.notification import Event
from caretaker.core.results import Severity
from functions.notify.member import Member
from functions.notify.runbooks import Runbooks
from functions.notify.wording import recovered, state, subject

MEMBERS_SHOWN = 20
_THOSE_OF_THE_REPOSITORY = Runbooks()


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Of ``everybody``, in the order of urgency, ``members`` are shown and ``hidden`` are only counted.

    ``counted`` says how many of all members met which fate. ``late`` is set for a message that comes more
    than fifteen minutes after what it tells of. ``instead_of`` names the channel that did not take it.
    ``withheld`` is how many messages it sums up.
    """

    everybody: tuple[Member, ...]
    members: tuple[Member, ...]
    hidden: int
    severity: Severity
    environment: str
    is_good_news: bool
    late: bool
    counted: tuple[tuple[str, int], ...]
    instead_of: str = ""
    withheld: int = 0

    @property
    def incidents(self) -> int:
        """How many incidents it tells of."""
        return len(self.members) + self.hidden


def compose(
    members: Sequence[Member],
    *,
    late: bool = False,
    instead_of: str = "",
    withheld: int = 0,
    runbooks: Runbooks = _THOSE_OF_THE_REPOSITORY,
) -> Message:
    """Return the message that tells of these members, at least one, with the page that says what to do beside each."""
    ordered = sorted(map(runbooks.beside, members), key=lambda member: (-member.severity.rank, member.check))
    return Message(
        everybody=tuple(ordered),
        members=tuple(ordered[:MEMBERS_SHOWN]),
        hidden=max(0, len(ordered) - MEMBERS_SHOWN),
        severity=ordered[0].severity,
        environment=ordered[0].environment,
        is_good_news=all(member.has_ended for member in ordered),
        late=late,
        counted=tuple(Counter(_fate(member) for member in ordered).most_common()),
        instead_of=instead_of,
        withheld=withheld,
    )


def headline(message: Message) -> str:
    """Return the one line that says it all."""
    if message.incidents == 1:
        (member,) = message.members
        if member.has_ended:
            said = sentence(member)
            return said if said.startswith(member.name) else said[:1].upper() + said[1:]
        return f"{str(member.severity).upper()}: {sentence(member)}"
    prefix = "" if message.is_good_news else f"{str(message.severity).upper()}: "
    if len(message.counted) == 1:
        return f"{prefix}{message.incidents} checks {message.counted[0][0]}"
    return f"{prefix}{message.incidents} checks: " + ", ".join(f"{count} {fate}" for fate, count in message.counted)


def sentence(member: Member) -> str:
    """Return what happened to one check."""
    lasted = spoken(member.seconds or 0)
    called, is_now = subject(member.check), state(member.check, member.status)
    match member.event:
        case Event.RESOLVED:
            return f"{called} {recovered(member.check)} after {lasted}"
        case Event.UNWATCHED:
            return f"{called} is no longer watched"
        case Event.WORSENED:
            return f"{called} has become worse: it {is_now}"
        case Event.IMPROVED:
            return f"{called} has improved: it {is_now}"
        case Event.REMINDER:
            return f"{called} {state(member.check, member.status, still=True)} after {lasted}"
        case Event.OPENED if member.flapping:
            return f"{called} is flapping: it {is_now}"
        case Event.OPENED:
            return f"{called} {is_now}"


def _fate(member: Member) -> str:
    match member.event:
        case Event.RESOLVED:
            return "have recovered"
        case Event.UNWATCHED:
            return "are no longer watched"
        case Event.WORSENED:
            return "have become worse"
        case Event.IMPROVED:
            return "have improved"
        case Event.REMINDER:
            return f"are still {member.status}"
        case Event.OPENED:
            return f"are {member.status}"


def measured(member: Member) -> str:
    """Return what was measured against which limit, for the worst finding; empty if there is none."""
    if not member.findings or not member.findings[0].measured:
        return ""
    finding = member.findings[0]
    return f"{finding.measured} (limit {finding.limit})" if finding.limit else finding.measured


def first_thing_to_do(member: Member) -> str:
    """Return the fix of the worst finding; empty if there is none."""
    return member.findings[0].fix if member.findings else ""


def late_note(message: Message) -> str:
    """Return why the message comes as it does; empty if it comes in time and to its own channel."""
    notes = []
    if message.late:
        notes.append("This message is late: it could not be delivered before.")
    if message.withheld:
        messages = "1 message was" if message.withheld == 1 else f"{message.withheld} messages were"
        notes.append(f"{messages} held back, for this channel had many: this is what holds now.")
    if message.instead_of:
        notes.append(f"It was meant for {message.instead_of}, which did not take it.")
    return " ".join(notes)


def clock_time(at: datetime) -> str:
    """Return a time as texts show it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"
