"""A message as PagerDuty's events: pure.

Limits are PagerDuty's: a summary of 1,024 characters, a key of 255, an event of 512 kB.
"""

from typing import Any

from caretaker.core.results import Severity, timestamp
from functions.notify.channels.plain_text import one_line
from functions.notify.member import Member
from functions.notify.message import Message, first_thing_to_do, late_note, measured, sentence
from functions.notify.runbooks import is_address

_SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "info",
}
_SUMMARY, _TEXT = 1024, 2000


def event(routing_key: str, member: Member, message: Message) -> dict[str, Any]:
    """Return the event of one incident."""
    common = {
        "routing_key": routing_key,
        # Of the check's identity alone: names have at most 64 characters, so it keeps its limit.
        "dedup_key": f"caretaker/{member.environment}/{member.check}",
        "event_action": "resolve" if member.has_ended else "trigger",
    }
    if member.has_ended:
        return common
    return {
        **common,
        "client": "Caretaker",
        **_links(member),
        "payload": {
            # A locked telephone shows the beginning: what is wrong and where, then what was found.
            "summary": one_line(f"{sentence(member)} ({member.environment}): {member.summary}", _SUMMARY),
            "source": one_line(member.where, _TEXT) or member.check,
            "severity": _SEVERITIES[member.severity],
            "timestamp": timestamp(member.at),
            "component": one_line(member.name),
            "group": one_line(member.group or member.environment),
            "class": member.findings[0].code if member.findings else "",
            "custom_details": _details(member, message),
        },
    }


def _links(member: Member) -> dict[str, Any]:
    """Return the runbook as PagerDuty shows it, a link; a path in the repository is none."""
    return {"links": [{"href": member.runbook, "text": "Runbook"}]} if is_address(member.runbook) else {}


def _details(member: Member, message: Message) -> dict[str, str]:
    details = {
        "first thing to do": first_thing_to_do(member),
        "runbook": member.runbook,
        "what": member.summary,
        "where": member.where,
        "measured": measured(member),
        "since": timestamp(member.since),
        "last good": timestamp(member.last_good) if member.last_good else "",
        "note": " ".join(part for part in (member.note, late_note(message)) if part),
        "also": "; ".join(finding.message for finding in member.findings[1:]),
        "incident": member.incident,
    }
    return {name: one_line(text, _TEXT) for name, text in details.items() if text}
