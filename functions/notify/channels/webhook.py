"""Any receiver of JSON over HTTPS, signed so that it can tell that it is us; docs/webhook.md is for who writes one."""

import hashlib
import hmac
import json
import time

from caretaker.core.config import Channel
from functions.notify.channels.machine_form import machine_form
from functions.notify.channels.outcome import Outcome
from functions.notify.channels.posting import outcome, post
from functions.notify.message import Message

_RECEIVER = "the webhook"


def send(channel: Channel, message: Message) -> Outcome:
    """Post a message; a repetition has the same ``Caretaker-Id``."""
    body = json.dumps(machine_form(message), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    headers = {
        "Caretaker-Id": identity(message),
        "Caretaker-Signature": signature(channel.secret, int(time.time()), body),
        "User-Agent": "Caretaker",
    }
    return outcome(_RECEIVER, post(_RECEIVER, channel.address, body, headers))


def identity(message: Message) -> str:
    """Return what is the same for every repetition of a message, and for no other message."""
    told = sorted(f"{member.incident} {member.event} {member.at.isoformat()}" for member in message.everybody)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def signature(secret: str, at: int, body: bytes) -> str:
    """Return ``t=<seconds since 1970>,v1=<HMAC-SHA256 of "<t>.<body>" in hex>``."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
