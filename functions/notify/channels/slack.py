"""Slack, by incoming webhook."""

import json

from caretaker.core.config import Channel
from functions.notify.channels.outcome import Outcome
from functions.notify.channels.posting import Answer, outcome, post
from functions.notify.channels.slack_blocks import payload
from functions.notify.message import Message

_RECEIVER = "Slack"
_GONE = frozenset({403, 404, 410})


def send(channel: Channel, message: Message) -> Outcome:
    """Post a message to the channel's webhook. What it returns never holds the webhook's address."""
    answer = post(_RECEIVER, channel.address, json.dumps(payload(message)).encode())
    return outcome(_RECEIVER, answer, _reason(answer) if isinstance(answer, Answer) else "")


def _reason(answer: Answer) -> str:
    if answer.status in _GONE:
        return "(the webhook is gone)"
    # Slack's own words for a refusal are short and known: invalid_payload, no_service, channel_is_archived, …
    word = answer.text.strip()
    return word[:60] if answer.status < 500 and word.replace("_", "").isalnum() else ""
