"""A message for each protocol of SNS: pure.

A subject is ASCII, begins with a letter or digit, has no line break and fewer than 100 characters; a short
message (SMS) fits one part of 140 characters; the whole stays under 256 kB.
"""

import json
import re
import unicodedata
from collections.abc import Iterator

from functions.notify.channels.machine_form import machine_form
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
_MOST = 60_000  # characters of one text; there are three of them


def subject(message: Message) -> str:
    """Return the subject of an e-mail."""
    shown = _ascii(f"{headline(message)} [{message.environment}]")
    return shown.lstrip(" -_.!?:;,*#'\"()[]{}<>/\\|&^%$@+=~`")[:_SUBJECT].rstrip() or "Caretaker"


def texts(message: Message) -> str:
    """Return the JSON that gives each protocol its own text."""
    machine = json.dumps(machine_form(message), ensure_ascii=False)
    readable = _readable(message)[:_MOST]
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
    # Half of a surrogate pair, which a server's answer may hold, cannot be sent.
    return json.dumps(by_protocol, ensure_ascii=False).encode("utf-8", "replace").decode()


def sms(message: Message) -> str:
    """Return a text for a telephone."""
    where = message.members[0].where if message.incidents == 1 else ""
    return _ascii(f"{headline(message)} {where} [{message.environment}]")[:_SMS].strip()


def _readable(message: Message) -> str:
    lines = [headline(message), ""]
    for member in message.members:
        lines += [*_lines(member), ""]
    if message.hidden:
        lines += [f"… and {message.hidden} more", ""]
    if late_note(message):
        lines += [late_note(message), ""]
    lines.append(f"Caretaker, environment {message.environment}")
    return "\n".join(lines)


def _lines(member: Member) -> Iterator[str]:
    yield sentence(member)
    if not member.has_ended:
        yield f"  What:       {member.summary}"
    if member.note:
        yield f"  Note:       {member.note}"
    if member.where:
        yield f"  Where:      {member.where}"
    yield f"  Since:      {clock_time(member.since)}"
    if member.has_ended:
        yield f"  Until:      {clock_time(member.at)}"
    else:
        if measured(member):
            yield f"  Measured:   {measured(member)}"
        if member.last_good:
            yield f"  Last good:  {clock_time(member.last_good)}"
        if first_thing_to_do(member):
            yield f"  First do:   {first_thing_to_do(member)}"
    yield f"  Incident:   {member.incident}"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("…", "...").replace("“", '"').replace("”", '"'))
    printable = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[\x00-\x1f\x7f\s]+", " ", printable)
