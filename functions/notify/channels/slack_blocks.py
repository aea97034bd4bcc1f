"""A message in Slack's Block Kit: pure.

Limits are Slack's: a section of 3,000 characters, a field of 2,000, 10 fields, 50 blocks.
"""

import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from caretaker.core.durations import spoken
from caretaker.core.results import Severity
from functions.notify.channels.plain_text import UNSEEN
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
from functions.notify.runbooks import is_address

Block = dict[str, Any]  # JSON for Slack

_COLOURS = {
    Severity.CRITICAL: "#d1242f",
    Severity.HIGH: "#e8590c",
    Severity.MEDIUM: "#f2c037",
    Severity.LOW: "#6e7781",
}
_GOOD = "#2da44e"
_IN_ADDRESSES = "%:/?#[]@!$&'()*+,;="
_FORMATTING = re.compile(r"(?<!\u200b)([*_~`])")


def payload(message: Message) -> dict[str, Any]:
    """Return what is posted to an incoming webhook. ``text`` is what a notification on a phone shows."""
    colour = _GOOD if message.is_good_news else _COLOURS[message.severity]
    title = _cut(escape(headline(message)), 500)
    blocks = _one(message.members[0]) if message.incidents == 1 else _several(message)
    note = late_note(message)
    if note:
        blocks.append(_context(escape(note)))
    return {
        "text": f"*{title}*",
        "attachments": [
            {
                "color": colour,
                "fallback": title,
                "blocks": [*blocks, _context(_footer(message))],
            }
        ],
    }


def _one(member: Member) -> list[Block]:
    if member.has_ended:
        was = (
            f"*{escape(sentence(member))}*"
            if member.event == "unwatched"
            else f"*Lasted* {spoken(member.seconds or 0)}"
        )
        text = f"{was}: from {_date(member.since)} to {_date(member.at)}"
        return [_section(text), *_note(member), *_where(member)]
    blocks = [_section(f"*What* {escape(member.summary)}"), *_note(member), *_where(member)]
    fix = first_thing_to_do(member)
    if fix:
        blocks.append(_section(f"*First thing to do* {escape(fix)}"))
    if member.runbook:
        blocks.append(_section(f"*Runbook* {_page(member.runbook)}"))
    others = [finding.message for finding in member.findings[1:]]
    if others:
        more = f"\n… and {member.more_findings} more" if member.more_findings else ""
        blocks.append(_section("*Also*\n" + "\n".join(f"• {escape(text)}" for text in others) + more))
    return blocks


def _note(member: Member) -> list[Block]:
    return [_section(escape(member.note))] if member.note else []


def _where(member: Member) -> list[Block]:
    fields = []
    if member.where:
        fields.append(f"*Where*\n{escape(member.where)}")
    if not member.has_ended:
        fields.append(f"*Since*\n{_date(member.since)}")
        if measured(member):
            fields.append(f"*Measured*\n{escape(measured(member))}")
        if member.last_good:
            fields.append(f"*Last good*\n{_date(member.last_good)}")
    if not fields:
        return []
    return [{"type": "section", "fields": [{"type": "mrkdwn", "text": _cut(field, 2000)} for field in fields]}]


def _several(message: Message) -> list[Block]:
    blocks = []
    for member in message.members:
        lines = [f"*{escape(sentence(member))}*"]
        if not member.has_ended:
            lines.append(escape(member.summary))
        if member.note:
            lines.append(escape(member.note))
        if member.where:
            lines.append(escape(member.where))
        if first_thing_to_do(member) and not member.has_ended:
            lines.append(f"First: {escape(first_thing_to_do(member))}")
        if member.runbook:
            lines.append(f"Runbook: {_page(member.runbook)}")
        blocks.append(_section("\n".join(lines)))
    if message.hidden:
        blocks.append(_section(f"… and {message.hidden} more"))
    return blocks


def _footer(message: Message) -> str:
    first = message.members[0]
    parts = [escape(message.environment), str(message.severity)]
    if message.incidents == 1:
        parts += [escape(group) for group in (first.group,) if group]
        parts.append(escape(first.incident))
    else:
        parts.append(_date(first.at))
    return _cut(" · ".join(parts), 2000)


def _page(runbook: str) -> str:
    """Return a runbook as a link, or as the path that it is. In a link < > | have a meaning of their own."""
    if not is_address(runbook):
        return escape(runbook)
    return f"<{quote(runbook, safe=_IN_ADDRESSES).replace('&', '&amp;')}>"


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": _cut(text, 3000)}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _date(at: datetime) -> str:
    """Return a time that Slack shows in the reader's own time zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{clock_time(at)}>"


def escape(text: str) -> str:
    """Return a text in which Slack sees no markup: no mention, no link, no formatting."""
    plain = UNSEEN.sub(" ", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A zero-width space keeps Slack from reading formatting into names such as disk_percent_used.
    return _FORMATTING.sub("\u200b\\1", plain)


def _cut(text: str, most: int) -> str:
    """Return a text of at most this many characters, not cut inside an escaped character or a date."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    for opening, closing in (("&", ";"), ("<", ">")):
        start = cut.rfind(opening)
        if start > cut.rfind(closing):
            cut = cut[:start]
    return cut + "…"
