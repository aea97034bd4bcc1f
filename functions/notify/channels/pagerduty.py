"""PagerDuty, by its Events API v2. Source: https://developer.pagerduty.com/docs/events-api-v2-overview

* Every incident that a message tells of must reach PagerDuty, however many there are. An attempt has room for about
  a hundred, so the next one goes on where it ended; only a new process begins anew.
* What is sent twice nevertheless must do no harm: PagerDuty knows an event by the key of its check.
* An event that PagerDuty does not accept must not keep the others from it.
"""

import json
from collections.abc import Callable, Mapping

from caretaker.core.config import Channel
from functions.notify.channels.deadline import PATIENCE
from functions.notify.channels.outcome import Outcome, Refused, Retry, Sent
from functions.notify.channels.pagerduty_events import event
from functions.notify.channels.plain_text import one_line
from functions.notify.channels.posting import Answer, Attempt, attempt, encoded, outcome
from functions.notify.member import Member
from functions.notify.message import Message

_RECEIVER = "PagerDuty"
_ONE_EVENT = 2.0  # seconds: with less time left no other event is begun
_REMEMBERED = 20_000  # events: some megabytes
_REGIONS = {
    "us": "https://events.pagerduty.com/v2/enqueue",
    "eu": "https://events.eu.pagerduty.com/v2/enqueue",
}

Settled = dict[tuple[str, ...], Sent | Refused]  # what became of the events that PagerDuty has decided on


def sender(regions: Mapping[str, str] = _REGIONS, patience: float = PATIENCE) -> Callable[[Channel, Message], Outcome]:
    """Return what sends events; ``regions`` has the address for each service region.

    ``patience`` is how many seconds an attempt may take.
    """
    settled: Settled = {}

    def send(channel: Channel, message: Message) -> Outcome:
        with attempt(_RECEIVER, patience) as trying:
            retry = _settle(trying, regions[channel.region], channel, message, settled)
        if retry:
            return retry
        outcomes = [settled[_key(channel, member)] for member in message.everybody]
        for oldest in list(settled)[:-_REMEMBERED]:
            del settled[oldest]
        return next((one for one in outcomes if isinstance(one, Refused)), Sent())

    return send


def _settle(trying: Attempt, url: str, channel: Channel, message: Message, settled: Settled) -> Retry | None:
    """Send the events that are not settled; return why it has to go on later, None if all of them are."""
    # As time goes, for PagerDuty keeps the last word on a check; of one run, the most urgent first.
    in_order = sorted(message.everybody, key=lambda member: member.at)
    waiting = [member for member in in_order if _key(channel, member) not in settled]
    for sent, member in enumerate(waiting):
        if sent and trying.left < _ONE_EVENT:
            taken = len(in_order) - len(waiting) + sent
            return Retry(f"PagerDuty has taken {taken} of {len(in_order)} events so far", 1.0)
        answer = trying.post(url, encoded(event(channel.address, member, message)))
        came = outcome(_RECEIVER, answer, _reason(answer) if isinstance(answer, Answer) else "")
        if isinstance(came, Retry):
            return came
        settled[_key(channel, member)] = came
    return None


def _key(channel: Channel, member: Member) -> tuple[str, ...]:
    return channel.address, member.environment, member.incident, member.event, member.at.isoformat()


def _reason(answer: Answer) -> str:
    """Return PagerDuty's own words on what is wrong with an event."""
    try:
        said = json.loads(answer.text)
    except (ValueError, RecursionError):
        return ""
    match said:
        case {"errors": [str(reason), *_]} | {"message": str(reason)}:
            return one_line(reason, 120)
        case _:
            return ""
