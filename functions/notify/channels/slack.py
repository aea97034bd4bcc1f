"""Slack, by incoming webhook."""

import re
from collections.abc import Callable

from caretaker.core.config import Channel
from functions.notify.channels.deadline import PATIENCE
from functions.notify.channels.outcome import Outcome
from functions.notify.channels.posting import Answer, attempt, encoded, outcome
from functions.notify.channels.slack_blocks import payload
from functions.notify.message import Message

_RECEIVER = "Slack"
_GONE = frozenset({403, 404, 410})
# Slack's own words for a refusal: invalid_payload, no_service, channel_is_archived, … A part of an address is none.
_WORD = re.compile("[a-z_]{1,60}")


def sender(patience: float = PATIENCE) -> Callable[[Channel, Message], Outcome]:
    """Return what posts to a channel's webhook; ``patience`` is how many seconds an attempt may take."""

    def send(channel: Channel, message: Message) -> Outcome:
        with attempt(_RECEIVER, patience) as trying:
            answer = trying.post(channel.address, encoded(payload(message)))
        return outcome(_RECEIVER, answer, _reason(answer) if isinstance(answer, Answer) else "")

    return send


def _reason(answer: Answer) -> str:
    if answer.status in _GONE:
        return "(the webhook is gone)"
    word = answer.text.strip()
    return word if answer.status < 500 and _WORD.fullmatch(word) else ""
