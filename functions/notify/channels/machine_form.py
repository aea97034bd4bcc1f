"""A message for programs: what webhooks and the topic's machine subscribers get."""

from caretaker.core.results import timestamp
from functions.notify.member import Member
from functions.notify.message import Message, first_thing_to_do, headline

SCHEMA = 1  # another number when a name changes its meaning


def machine_form(message: Message) -> dict[str, object]:
    """Return the message as a JSON object; docs/webhook.md says what each name means."""
    return {
        "schema": SCHEMA,
        "headline": headline(message)[:1000],
        "environment": message.environment,
        "severity": str(message.severity),
        "late": message.late,
        "hidden": message.hidden,
        "members": [_member(member) for member in message.members],
    }


def _member(member: Member) -> dict[str, object]:
    return {
        "kind": str(member.event),
        "incident": member.incident,
        "check": member.check,
        "group": member.group,
        "where": member.where[:500],
        "status": member.status,
        "severity": str(member.severity),
        "summary": member.summary[:500],
        "fix": first_thing_to_do(member)[:500],
        "codes": [finding.code for finding in member.findings],
        "since": timestamp(member.since),
        "at": timestamp(member.at),
        "seconds": member.seconds,
        "note": member.note,
    }
