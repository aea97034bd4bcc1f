"""A message for programs: what webhooks and the topic's machine subscribers get."""

from caretaker.core.results import timestamp
from functions.notify.channels.plain_text import one_line
from functions.notify.member import Member
from functions.notify.message import Message, first_thing_to_do, headline

SCHEMA = 1  # another number when a name changes its meaning


def machine_form(message: Message, shown: int | None = None) -> dict[str, object]:
    """Return the message as a JSON object, with so many members; docs/webhook.md says what each name means."""
    members = message.members[:shown]
    return {
        "schema": SCHEMA,
        "headline": one_line(headline(message), 1000),
        "environment": message.environment,
        "severity": str(message.severity),
        "late": message.late,
        "hidden": message.incidents - len(members),
        "members": [_member(member) for member in members],
    }


def _member(member: Member) -> dict[str, object]:
    return {
        "kind": str(member.event),
        "incident": member.incident,
        "check": member.check,
        "group": one_line(member.group),
        "where": one_line(member.where),
        "status": member.status,
        "severity": str(member.severity),
        "summary": one_line(member.summary),
        "fix": one_line(first_thing_to_do(member)),
        "runbook": member.runbook,
        "codes": [finding.code for finding in member.findings],
        "since": timestamp(member.since),
        "at": timestamp(member.at),
        "seconds": member.seconds,
        "note": one_line(member.note),
    }
