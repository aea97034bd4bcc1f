"""A message as PagerDuty's events: pure.

Limits are PagerDuty's: a summary of 1,024 characters, a key of 255, an event of 512 kB.
"""

from typing import Any

from caretaker.core.results import Severity, timestamp
from functions.notify.member import Member
from functions.notify.message import Message, first_thing_to_do, late_note, measured, sentence

_SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "info",
}
_SUMMARY, _KEY, _TEXT = 1024, 255, 2000


def event(routing_key: str, member: Member, message: Message) -> dict[str, Any]:
    """Return the event of one incident. Its key is made of the check's identity alone."""
    common = {
        "routing_key": routing_key,
        "dedup_key": f"caretaker/{member.environment}/{member.check}"[:_KEY],
        "event_action": "resolve" if member.has_ended else "trigger",
    }
    if member.has_ended:
        return common
    return {
        **common,
        "client": "Caretaker",
        "payload": {
            "summary": f"{sentence(member)}: {member.summary} [{member.environment}]"[:_SUMMARY],
            "source": (member.where or member.check)[:_TEXT],
            "severity": _SEVERITIES[member.severity],
            "timestamp": timestamp(member.at),
            "component": member.name[:_TEXT],
            "group": (member.group or member.environment)[:_TEXT],
            "class": member.findings[0].code if member.findings else "",
            "custom_details": _details(member, message),
        },
    }


def _details(member: Member, message: Message) -> dict[str, str]:
    details = {
        "first thing to do": first_thing_to_do(member),
        "what": member.summary,
        "where": member.where,
        "measured": measured(member),
        "since": timestamp(member.since),
        "last good": timestamp(member.last_good) if member.last_good else "",
        "note": " ".join(part for part in (member.note, late_note(message)) if part),
        "also": "; ".join(finding.message for finding in member.findings[1:]),
        "incident": member.incident,
    }
    return {name: text[:_TEXT] for name, text in details.items() if text}
