"""A message for each protocol of SNS: pure.

A subject is ASCII, begins with a letter or digit, has no line break and fewer than 100 characters; a short
message (SMS) fits one part of 140 characters; the whole stays under 256 kB.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator

from functions.notify.channels.machine_form import machine_form
from functions.notify.channels.plain_text import one_line
from functions.notify.member import Member
from functions.notify.message import (
    Message,
    clock_time,
    first_thing_to_do,
    headline,
    late_note,
    measured,
    sentence,
)

_SMS = 140
_SUBJECT = 99
# Bytes of a text where it stands in the message, which holds two of the first and five of the second.
_READABLE, _MACHINE = 45_000, 30_000


def subject(message: Message) -> str:
    """Return the subject of an e-mail."""
    shown = _ascii(f"{headline(message)} [{message.environment}]")
    return shown.lstrip(" -_.!?:;,*#'\"()[]{}<>/\\|&^%$@+=~`")[:_SUBJECT].rstrip() or "Caretaker"


def texts(message: Message) -> str:
    """Return the JSON that gives each protocol its own text."""
    machine = _fitting(message, _MACHINE, lambda shown: json.dumps(machine_form(message, shown), ensure_ascii=False))
    readable = _fitting(message, _READABLE, lambda shown: _readable(message, shown))
    by_protocol = {
        "default": readable,
        "email": readable,
        "sms": sms(message),
        "email-json": machine,
        "http": machine,
        "https": machine,
        "sqs": machine,
        "lambda": machine,
    }
    return _inside(by_protocol)


def sms(message: Message) -> str:
    """Return a text for a telephone."""
    where = message.members[0].where if message.incidents == 1 else ""
    return _ascii(f"{headline(message)} {where} [{message.environment}]")[:_SMS].strip()


def _fitting(message: Message, most: int, render: Callable[[int], str]) -> str:
    """Return the text with as many members as there is room for; one always fits."""
    for shown in range(len(message.members), 1, -1):
        text = render(shown)
        if len(_inside(text).encode()) <= most:
            return text
    return render(1)


def _inside(part: object) -> str:
    # Half of a surrogate pair, which a server's answer may hold, cannot be sent.
    return json.dumps(part, ensure_ascii=False).encode("utf-8", "replace").decode()


def _readable(message: Message, shown: int) -> str:
    lines = [one_line(headline(message), 1000), ""]
    for member in message.members[:shown]:
        lines += [one_line(sentence(member))]
        lines += [f"  {f'{name}:':<12}{one_line(value)}" for name, value in _values(member) if value]
        lines.append("")
    if message.incidents > shown:
        lines += [f"… and {message.incidents - shown} more", ""]
    if late_note(message):
        lines += [late_note(message), ""]
    lines.append(f"Caretaker, environment {message.environment}")
    return "\n".join(lines)


def _values(member: Member) -> Iterator[tuple[str, str]]:
    if not member.has_ended:
        yield "What", member.summary
    yield "Note", member.note
    yield "Where", member.where
    yield "Since", clock_time(member.since)
    if member.has_ended:
        yield "Until", clock_time(member.at)
    else:
        yield "Measured", measured(member)
        yield "Last good", clock_time(member.last_good) if member.last_good else ""
        yield "First do", first_thing_to_do(member)
        yield "Runbook", member.runbook
    yield "Incident", member.incident


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("…", "...").replace("“", '"').replace("”", '"'))
    printable = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[\x00-\x1f\x7f\s]+", " ", printable)
