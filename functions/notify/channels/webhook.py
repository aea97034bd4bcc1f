"""Any receiver of JSON over HTTPS, signed so that it can tell that it is us; docs/webhook.md is for who writes one."""

import hashlib
import hmac
from collections.abc import Callable

from caretaker.core.config import Channel
from functions.notify.channels.deadline import PATIENCE
from functions.notify.channels.machine_form import machine_form
from functions.notify.channels.outcome import Outcome
from functions.notify.channels.posting import attempt, encoded, outcome
from functions.notify.message import Message

_RECEIVER = "the webhook"


def sender(clock: Callable[[], float], patience: float = PATIENCE) -> Callable[[Channel, Message], Outcome]:
    """Return what sends to a webhook; ``clock`` gives the seconds since 1970, an attempt may take ``patience``."""

    def send(channel: Channel, message: Message) -> Outcome:
        body = encoded(machine_form(message))
        headers = {
            "Caretaker-Id": identity(message),
            "Caretaker-Signature": signature(channel.secret, int(clock()), body),
        }
        with attempt(_RECEIVER, patience) as trying:
            return outcome(_RECEIVER, trying.post(channel.address, body, headers))

    return send


def identity(message: Message) -> str:
    """Return what is the same for every repetition of a message, and for no other message."""
    told = sorted(f"{member.incident} {member.event} {member.at.isoformat()}" for member in message.everybody)
    # Two environments may look at the same moment, and their incidents then have the same names.
    return hashlib.sha256("\n".join([message.environment, *told]).encode()).hexdigest()[:32]


def signature(secret: str, at: int, body: bytes) -> str:
    """Return ``t=<seconds since 1970>,v1=<HMAC-SHA256 of "<t>.<body>" in hex>``."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
