"""PagerDuty, by its Events API v2. Source: https://developer.pagerduty.com/docs/events-api-v2-overview"""

import json
from collections.abc import Callable, Mapping

from caretaker.core.config import Channel
from functions.notify.channels.outcome import Outcome, Sent
from functions.notify.channels.pagerduty_events import event
from functions.notify.channels.posting import Answer, outcome, post
from functions.notify.message import Message

_RECEIVER = "PagerDuty"
REGIONS = {
    "us": "https://events.pagerduty.com/v2/enqueue",
    "eu": "https://events.eu.pagerduty.com/v2/enqueue",
}


def sender(regions: Mapping[str, str] = REGIONS) -> Callable[[Channel, Message], Outcome]:
    """Return what sends events; ``regions`` has the address for each service region."""

    def send(channel: Channel, message: Message) -> Outcome:
        """Send an event for each incident that the message tells of.

        Where one of them fails all are sent again: PagerDuty knows them by their keys.
        """
        for member in message.everybody:
            body = json.dumps(event(channel.address, member, message)).encode()
            answer = post(_RECEIVER, regions[channel.region], body)
            came = outcome(_RECEIVER, answer, _reason(answer) if isinstance(answer, Answer) else "")
            if not isinstance(came, Sent):
                return came
        return Sent()

    return send


def _reason(answer: Answer) -> str:
    """Return PagerDuty's own words; they name what is wrong with an event, and never its key."""
    try:
        said = json.loads(answer.text)
        return str((said.get("errors") or [said.get("message", "")])[0])[:120]
    except (ValueError, AttributeError, IndexError):
        return ""
